package profile

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/google/pprof/driver"
	"github.com/google/pprof/profile"
)

// pprof keeps its configuration in package globals: one rendering at a time.
var rendering sync.Mutex

// fileStyle hides the parts of the page that need a server. The search box and the graph stay.
const fileStyle = `<style>#view,#sample,#refine,#config,#download,#action-menu,.help{display:none!important}</style>
</head>`

// FlameGraph renders pprof's flame graph of one sample type as one self-contained HTML file. The default kind is the first.
func FlameGraph(p *profile.Profile, kind string) ([]byte, error) {
	at, err := Index(p, kind)
	if err != nil {
		return nil, err
	}
	kind = p.SampleType[at].Type
	pages, err := Pages(p)
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequest(http.MethodGet, "/flamegraph?si="+kind, nil)
	if err != nil {
		return nil, err
	}
	page := &answer{header: http.Header{}, status: http.StatusOK}
	pages["/flamegraph"].ServeHTTP(page, req)
	text := page.body.String()
	if page.status != http.StatusOK || !strings.Contains(text, "</head>") {
		return nil, fmt.Errorf("cannot render the flame graph: pprof answered %d: %.200s", page.status, text)
	}
	return []byte(strings.Replace(text, "</head>", fileStyle, 1)), nil
}

// Pages returns pprof's own web pages for the profile by path: "/flamegraph", "/top" and others. Some reach beyond the
// profile: /graph runs a command, /source and /disasm read files, /saveconfig and /deleteconfig write files. Pages and the
// handlers may be called concurrently.
func Pages(p *profile.Profile) (pages map[string]http.Handler, err error) {
	rendering.Lock()
	defer rendering.Unlock()
	err = driver.PProf(&driver.Options{
		Flagset: arguments{"http": "localhost:1", "no_browser": "true", "symbolize": "none", "sample_index": ""},
		Fetch:   memory{p},
		Obj:     noTool{},
		UI:      silence{},
		HTTPServer: func(args *driver.HTTPServerArgs) error {
			pages = args.Handlers
			return nil
		},
	})
	if err == nil && pages["/flamegraph"] == nil {
		err = errors.New("pprof has no flame graph")
	}
	if err != nil {
		return nil, fmt.Errorf("cannot render the flame graph: %w", err)
	}
	for _, name := range []string{"/flamegraph", "/top", "/peek"} {
		if pages[name] != nil {
			pages[name] = dressed(pages[name], name == "/flamegraph")
		}
	}
	return pages, nil
}

// answer records a handler's response.
type answer struct {
	header http.Header
	body   bytes.Buffer
	status int
}

func (a *answer) Header() http.Header         { return a.header }
func (a *answer) WriteHeader(status int)      { a.status = status }
func (a *answer) Write(b []byte) (int, error) { return a.body.Write(b) }

// memory gives the profile to pprof. The empty source prevents pprof from saving a copy in the user's home directory.
type memory struct{ p *profile.Profile }

func (m memory) Fetch(string, time.Duration, time.Duration) (*profile.Profile, string, error) {
	return m.p.Copy(), "", nil
}

// arguments are pprof's flags by name. Flags that are not in it have their default.
type arguments map[string]string

func (a arguments) Bool(name string, def bool, _ string) *bool {
	if v, ok := a[name]; ok {
		def = v == "true"
	}
	return &def
}
func (a arguments) Int(_ string, def int, _ string) *int             { return &def }
func (a arguments) Float64(_ string, def float64, _ string) *float64 { return &def }
func (a arguments) String(name, def, _ string) *string {
	if v, ok := a[name]; ok {
		def = v
	}
	return &def
}
func (a arguments) StringList(string, string, string) *[]*string { return new([]*string) }
func (a arguments) ExtraUsage() string                           { return "" }
func (a arguments) AddExtraUsage(string)                         {}
func (a arguments) Parse(func()) []string                        { return []string{"lwbench"} }

// noTool prevents pprof from looking for a binary.
type noTool struct{}

var errNoBinary = errors.New("a simulated profile has no binary")

func (noTool) Open(string, uint64, uint64, uint64, string) (driver.ObjFile, error) {
	return nil, errNoBinary
}

func (noTool) Disasm(string, uint64, uint64, bool) ([]driver.Inst, error) { return nil, errNoBinary }

// silence is a UI without input or output.
type silence struct{}

func (silence) ReadLine(string) (string, error)     { return "", errors.New("no terminal") }
func (silence) Print(...any)                        {}
func (silence) PrintErr(...any)                     {}
func (silence) IsTerminal() bool                    { return false }
func (silence) WantBrowser() bool                   { return false }
func (silence) SetAutoComplete(func(string) string) {}
