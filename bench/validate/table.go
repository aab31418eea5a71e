package validate

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/expr-lang/expr/vm"
	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"

	"lwbench/internal/texttab"
	"lwbench/internal/yamlfile"
)

//go:embed *.yaml
var files embed.FS

// Table is one published table, in the form of its file.
type Table struct {
	Name       string          `yaml:"-"` // the file's name without .yaml
	Source     string          `yaml:"source"`
	Read       string          `yaml:"read"` // what was read
	Machine    string          `yaml:"machine"`
	NotClaimed string          `yaml:"not-claimed"` // what the published figures include and the model does not
	Cells      map[string]cell `yaml:"cells"`
	Rows       []Row           `yaml:"rows"`
	Order      []Order         `yaml:"order"`
}

// cell is one run that a table's expressions refer to.
type cell struct {
	Alloc    string             `yaml:"alloc"`
	Workload string             `yaml:"workload"`
	Loop     string             `yaml:"loop"` // instead of a design and a workload
	Machine  string             `yaml:"machine"`
	CPUs     int                `yaml:"cpus"`
	Set      map[string]string  `yaml:"set"`
	Param    map[string]string  `yaml:"param"`
	With     map[string]float64 `yaml:"with"` // figures of the machine that differ in this cell
	Ops      *int               `yaml:"ops"`
	Warmup   *int               `yaml:"warmup"`
}

// Row is one published value and the expression that predicts it.
type Row struct {
	Name      string `yaml:"name"`
	Value     string `yaml:"value"`
	Unit      string `yaml:"unit"` // x for a ratio
	Published Range  `yaml:"published"`
	Within    Factor `yaml:"within"`
	Fitted    bool   `yaml:"fitted"`  // a figure of the machine file was fitted to this value
	WhyOff    string `yaml:"why-off"` // why the prediction lies outside of Within; empty if it does not

	program *vm.Program
}

// Order is a list of rows by rising published value.
type Order struct {
	Why  string   `yaml:"why"`
	Rows []string `yaml:"rows"`
}

// Range is a published value; Low and High are equal for a single number. Both are positive.
type Range struct{ Low, High float64 }

// Mid returns the geometric mean of the ends.
func (r Range) Mid() float64 {
	if r.Low == r.High {
		return r.Low
	}
	return geometric(r.Low, r.High)
}

// UnmarshalYAML reads a number or [low, high].
func (r *Range) UnmarshalYAML(n ast.Node) error {
	var list []float64
	if err := yaml.NodeToValue(n, &list); err != nil {
		list = make([]float64, 1)
		if err := yaml.NodeToValue(n, &list[0]); err != nil {
			return at(n, "published: expected a number or [low, high]")
		}
	}
	if len(list) == 0 || len(list) > 2 || list[0] <= 0 || list[len(list)-1] < list[0] {
		return at(n, "published: expected a positive number, or [low, high]")
	}
	*r = Range{list[0], list[len(list)-1]}
	return nil
}

// at returns an error at a node.
func at(n ast.Node, format string, args ...any) error {
	return &yaml.SyntaxError{Message: fmt.Sprintf(format, args...), Token: n.GetToken()}
}

// Factor is the tolerance of a prediction, up and down: 1.25 for 25 %.
type Factor float64

// UnmarshalYAML reads "25%" or "2x".
func (f *Factor) UnmarshalYAML(n ast.Node) error {
	var text string
	if err := yaml.NodeToValue(n, &text); err != nil {
		text = n.String()
	}
	number, percent := strings.CutSuffix(text, "%")
	if !percent {
		number, _ = strings.CutSuffix(text, "x")
	}
	x, err := strconv.ParseFloat(number, 64)
	if percent {
		x = 1 + x/100
	}
	if err != nil || number == text || !(x > 1 && x <= 100) {
		return at(n, "within: %.20q: expected a percentage or a factor above 1, such as 25%% or 2x", text)
	}
	*f = Factor(x)
	return nil
}

// String formats the factor as in tables.
func (f Factor) String() string {
	if f < 2 {
		return strconv.FormatFloat(float64(f-1)*100, 'f', 0, 64) + " %"
	}
	return strconv.FormatFloat(float64(f), 'g', 3, 64) + "x"
}

// Names returns the embedded tables in alphabetical order.
func Names() (names []string) {
	list, err := fs.Glob(files, "*.yaml")
	if err != nil {
		panic(err)
	}
	for _, f := range list {
		names = append(names, strings.TrimSuffix(f, ".yaml"))
	}
	return names
}

// Load reads an embedded table by its name, or a file: a name that ends in .yaml or contains a slash.
func Load(name string) (*Table, error) {
	if slices.Contains(Names(), name) {
		data, err := files.ReadFile(name + ".yaml")
		if err != nil {
			return nil, err
		}
		return parse(name+".yaml", data)
	}
	if !strings.HasSuffix(name, ".yaml") && !strings.Contains(name, "/") {
		return nil, texttab.Unknown("no table", name, append(Names(), "FILE.yaml"))
	}
	data, err := yamlfile.Read(name, "table")
	if err != nil {
		return nil, err
	}
	return parse(name, data)
}

// parse reads a table from memory. The error is one line, "FILE:LINE: message".
func parse(filename string, data []byte) (*Table, error) {
	t := &Table{Name: strings.TrimSuffix(path.Base(filename), ".yaml")}
	if _, err := yamlfile.Parse(filename, data); err != nil {
		return nil, err
	}
	err := yaml.NewDecoder(bytes.NewReader(data), yaml.Strict()).Decode(t)
	var y yaml.Error
	switch {
	case errors.Is(err, io.EOF):
		return nil, fmt.Errorf("%s:1: the table is empty", filename)
	case errors.As(err, &y) && y.GetToken() != nil:
		return nil, fmt.Errorf("%s:%d: %s", filename, y.GetToken().Position.Line, oneLine(y.GetMessage()))
	case err != nil:
		return nil, fmt.Errorf("%s:1: %s", filename, oneLine(err.Error()))
	}
	if at, err := t.check(); err != nil {
		return nil, fmt.Errorf("%s:%d: %w", filename, yamlfile.LineOf(data, at), err)
	}
	return t, nil
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
