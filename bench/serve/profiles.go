package serve

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/google/pprof/profile"

	ours "lwbench/bench/profile"
)

// The bounds of profiles.
const (
	maxPacked   = 64 << 20  // bytes of a file
	maxUnpacked = 256 << 20 // bytes of a profile
	keptViews   = 16        // views whose profiles stay in memory
)

// pprofPages are the pages of pprof that are served. Of the others, graph runs a command, source and disasm read
// files that the profile names, saveconfig and deleteconfig write to the user's home directory.
var pprofPages = []string{"flamegraph", "top", "peek", "download"}

// profiles caches the latest views.
type profiles struct {
	folder *folder
	mu     sync.Mutex
	views  []*view // newest first
}

// view is pprof's pages for one profile or for the difference of two.
type view struct {
	key   string
	pages map[string]http.Handler
}

// profileList is the body of the page of profiles.
type profileList struct {
	Names []string
	Left  int
}

func (s *Server) profilesPage(w http.ResponseWriter, _ *http.Request) {
	names, left := s.folder.files(".pb.gz")
	s.render(w, http.StatusOK, "profiles", &frame{Title: "Profiles", Body: &profileList{names, left}})
}

// openProfile redirects from the form to the flame graph.
func (s *Server) openProfile(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	to := "/pprof/" + encode(q.Get("profile")) + "/-/flamegraph"
	if base := q.Get("base"); base != "" {
		to = "/pprof/" + encode(q.Get("profile")) + "/" + encode(base) + "/flamegraph"
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
}

func encode(name string) string { return base64.RawURLEncoding.EncodeToString([]byte(name)) }

// pprof serves one of pprof's pages.
func (s *Server) pprof(w http.ResponseWriter, r *http.Request) {
	page := r.PathValue("page")
	if page == "" { // the link in pprof's title
		http.Redirect(w, r, "flamegraph", http.StatusSeeOther)
		return
	}
	if !slices.Contains(pprofPages, page) {
		s.render(w, http.StatusForbidden, "refused", &frame{Title: "Not here", Error: "this server shows flamegraph, top, peek and download: pprof's other pages run commands, or read or write files outside of its folder"})
		return
	}
	v, err := s.profiles.open(r.PathValue("profile"), r.PathValue("base"))
	if err != nil {
		s.render(w, http.StatusNotFound, "refused", &frame{Title: "No profile", Error: err.Error()})
		return
	}
	w.Header().Set("Content-Security-Policy", pprofPolicy)
	if page == "download" {
		v.pages["/download"].ServeHTTP(w, r)
		return
	}
	back := &answer{header: w.Header()}
	v.pages["/"+page].ServeHTTP(back, r)
	if back.status != 0 {
		w.WriteHeader(back.status)
	}
	_, _ = io.WriteString(w, strings.Replace(back.body.String(), "</head>", hidden, 1)) // the client may have disconnected
}

// hidden hides the links of pprof's pages that this server refuses.
const hidden = "<style>#graphbtn,#list,#disasm,#config,#action-source,#action-source-tab,.help{display:none!important}</style></head>"

// answer records a handler's response.
type answer struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (a *answer) Header() http.Header         { return a.header }
func (a *answer) WriteHeader(status int)      { a.status = status }
func (a *answer) Write(b []byte) (int, error) { return a.body.Write(b) }

// open returns the view of a profile, relative to a base unless that is "-". Both names are encoded.
func (p *profiles) open(name, base string) (*view, error) {
	var names []string
	for _, x := range []string{name, base} {
		if x == "-" && len(names) == 1 {
			break
		}
		text, err := base64.RawURLEncoding.DecodeString(x)
		if err != nil || !strings.HasSuffix(string(text), ".pb.gz") {
			return nil, errors.New("no such profile in this folder")
		}
		names = append(names, string(text))
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	key := ""
	for _, n := range names {
		st, err := p.folder.root.Stat(n)
		if err != nil || !st.Mode().IsRegular() {
			return nil, fmt.Errorf("no profile %q in this folder", n)
		}
		key += fmt.Sprintf("%q %d %d\n", n, st.Size(), st.ModTime().UnixNano())
	}
	if i := slices.IndexFunc(p.views, func(v *view) bool { return v.key == key }); i >= 0 {
		return p.views[i], nil
	}
	var read []*profile.Profile
	for _, n := range names {
		prof, err := p.folder.profile(n)
		if err != nil {
			return nil, err
		}
		read = append(read, prof)
	}
	pages, err := mount(names, read)
	if err != nil {
		return nil, err
	}
	v := &view{key, pages}
	p.views = append([]*view{v}, p.views[:min(len(p.views), keptViews-1)]...)
	return v, nil
}

// profile reads a profile of the folder, within bounds.
func (f *folder) profile(name string) (*profile.Profile, error) {
	file, err := f.root.Open(name)
	if err != nil {
		return nil, fmt.Errorf("no profile %q in this folder", name)
	}
	defer file.Close() // read-only
	bad := func(err error) error { return fmt.Errorf("%s: not a profile: %w", name, err) }
	z, err := gzip.NewReader(io.LimitReader(file, maxPacked))
	if err != nil {
		return nil, bad(err)
	}
	data, err := io.ReadAll(io.LimitReader(z, maxUnpacked+1))
	if err != nil {
		return nil, bad(err)
	}
	if len(data) > maxUnpacked {
		return nil, fmt.Errorf("%s: larger than %d MiB", name, maxUnpacked>>20)
	}
	p, err := profile.ParseUncompressed(data)
	if err == nil {
		err = p.CheckValid()
	}
	if err != nil {
		return nil, bad(err)
	}
	if len(p.SampleType) == 0 {
		return nil, bad(errors.New("no sample type"))
	}
	ours.Relabel(p)
	return p, nil
}
