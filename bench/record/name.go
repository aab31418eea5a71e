package record

import (
	"errors"
	"fmt"
	"hash/fnv"
	"strconv"
	"strings"
)

// Setting is one name and its value: a tunable of a design or a parameter of a workload.
type Setting struct{ Name, Value string }

// Name identifies a cell on one engine and machine. In a result file it is the name of a benchmark.
type Name struct {
	Workload string
	Params   []Setting // parameters of the workload that were set
	Design   string
	Set      []Setting // tunables of the design that were set
	CPUs     int
}

// Bounds of a name that is read from a file.
const (
	maxName = 500     // bytes
	maxCPUs = 1 << 20 // keeps axes reasonable
)

// String returns the name as in result files, without "Benchmark": Xio/alloc=sfbuf/sfbuf.nsfbufs=64/cpus=4. It ends
// in /cpus=N because some readers take a trailing -N for GOMAXPROCS.
func (n *Name) String() string {
	var b strings.Builder
	b.WriteString(strings.ToUpper(n.Workload[:1]) + n.Workload[1:])
	fmt.Fprintf(&b, "/alloc=%s", n.Design)
	for _, list := range [][]Setting{n.Set, n.Params} {
		for _, s := range list {
			fmt.Fprintf(&b, "/%s=%s", s.Name, strings.Map(nameSafe, s.Value))
		}
	}
	fmt.Fprintf(&b, "/cpus=%d", n.CPUs)
	return b.String()
}

// nameSafe replaces the characters that separate the parts of a benchmark name.
func nameSafe(r rune) rune {
	if r <= ' ' || r == '/' || r == '=' || r == 0x7f {
		return '_'
	}
	return r
}

// ParseName parses the output of String. Settings that begin with the workload's name are parameters, all others
// tunables.
func ParseName(text string) (Name, error) {
	if len(text) > maxName {
		return Name{}, fmt.Errorf("the name of a result has %d bytes, at most %d", len(text), maxName)
	}
	parts := strings.Split(text, "/")
	if parts[0] == "" {
		return Name{}, errors.New("the benchmark has no name")
	}
	n := Name{Workload: strings.ToLower(parts[0][:1]) + parts[0][1:]}
	for _, p := range parts[1:] {
		key, value, ok := strings.Cut(p, "=")
		switch {
		case !ok || key == "" || value == "":
			return n, fmt.Errorf("%q in the name of a result: expected /key=value", p)
		case key == "alloc":
			n.Design = value
		case key == "cpus":
			cpus, err := strconv.Atoi(value)
			if err != nil || cpus < 1 || cpus > maxCPUs {
				return n, fmt.Errorf("cpus=%q in the name of a result: expected 1 to %d", value, maxCPUs)
			}
			n.CPUs = cpus
		case strings.HasPrefix(key, n.Workload+"."):
			n.Params = append(n.Params, Setting{Name: key, Value: value})
		default:
			n.Set = append(n.Set, Setting{Name: key, Value: value})
		}
	}
	if n.Design == "" || n.CPUs == 0 {
		return n, fmt.Errorf("%q: a result of lwbench has /alloc= and /cpus= in its name", text)
	}
	return n, nil
}

// Label returns the design with its tunables, for people: "sfbuf nsfbufs=64".
func (n *Name) Label() string {
	s := n.Design
	for _, k := range n.Set {
		s += " " + k.Bare() + "=" + k.Value
	}
	return s
}

// Title returns the workload with its parameters, for people: "xio pages=8".
func (n *Name) Title() string {
	s := n.Workload
	for _, p := range n.Params {
		s += " " + strings.TrimPrefix(p.Name, n.Workload+".") + "=" + p.Value
	}
	return s
}

// Bare returns the name without its design or workload.
func (s Setting) Bare() string { return s.Name[strings.LastIndexByte(s.Name, '.')+1:] }

// Key identifies a cell among all results: the repetitions of a cell have the same key. Run is KeyRun's value.
type Key struct{ Engine, Machine, Name, Run string }

// maxFileName bounds the cell's part of a file name; file systems allow 255 bytes.
const maxFileName = 150

// FileName returns a name, without extension, for a file about one repetition of the cell. It is safe on any file
// system. Different cells have different file names: exact holds the values that n lost to nameSafe.
func (k Key) FileName(rep int, exact []Setting) string {
	text := k.Machine + " " + k.Name
	if k.Engine != Virtual {
		text = k.Engine + " " + text
	}
	if k.Run != "" {
		text += "/" + k.Run
	} else if rep > 0 {
		text += fmt.Sprintf("/rep=%d", rep)
	}
	name := strings.Map(fileSafe, strings.NewReplacer(" ", "-", "/", "-").Replace(text))
	if len(name) <= maxFileName && !strings.ContainsRune(name, '_') {
		return name
	}
	for _, s := range exact {
		text += "\x00" + s.Value
	}
	h := fnv.New64a()
	_, _ = h.Write([]byte(text))
	return fmt.Sprintf("%s_%016x", name[:min(len(name), maxFileName)], h.Sum64())
}

func fileSafe(r rune) rune {
	switch {
	case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', strings.ContainsRune("-.,=", r):
		return r
	}
	return '_'
}
