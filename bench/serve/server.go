package serve

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"html/template"
	"net"
	"net/http"
	"os"
	"time"

	"lwbench/bench/plan"
	"lwbench/bench/record"
)

//go:embed page.html page.css
var pageFiles embed.FS

// Config configures a Server.
type Config struct {
	Dir   string     // the folder of results and profiles; sweeps started from the page are written there
	Lists plan.Lists // Machine is called with names from result files and forms: it must not open files
	// Lack, if not nil, sets File.Lack of a file of that name in the folder. It must not open files that the file names.
	Lack  func(f *record.File, name string)
	Jobs  int      // cells of a sweep that run in parallel; at least 1
	Hosts []string // names that a request's Host may have, besides localhost and numbers
}

// Server serves one folder. Create it with New and end it with Close.
type Server struct {
	cfg      Config
	folder   *folder
	sweeps   *sweeps
	profiles *profiles
	pages    *template.Template
	patience time.Duration // with a client that is slow to send its request, or to read the answer when the server stops
}

// New opens the folder. The error is one line.
func New(cfg Config) (*Server, error) {
	pages, err := template.New("").ParseFS(pageFiles, "page.html")
	if err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(cfg.Dir)
	if err != nil {
		return nil, fmt.Errorf("cannot serve the results: %w", err)
	}
	f := &folder{root: root, lists: cfg.Lists, lack: cfg.Lack}
	return &Server{
		cfg: cfg, folder: f, sweeps: newSweeps(f, cfg.Lists, cfg.Jobs), profiles: &profiles{folder: f}, pages: pages, patience: 5 * time.Second,
	}, nil
}

// Close cancels a running sweep, waits until its file is complete, and closes the folder.
func (s *Server) Close() error {
	s.sweeps.stop()
	return s.folder.root.Close()
}

// Handler returns the handler for requests to addr, such as "127.0.0.1:8370".
func (s *Server) Handler(addr string) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", s.show)
	mux.HandleFunc("GET /cells", s.cells)
	mux.HandleFunc("GET /report", s.report)
	mux.HandleFunc("GET /sweep", s.sweepPage)
	mux.HandleFunc("POST /sweep", s.startSweep)
	mux.HandleFunc("POST /sweep/cancel", s.cancelSweep)
	mux.HandleFunc("GET /profiles", s.profilesPage)
	mux.HandleFunc("GET /profiles/open", s.openProfile)
	mux.HandleFunc("GET /pprof/{profile}/{base}/{page...}", s.pprof)
	mux.HandleFunc("GET /favicon.ico", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	_, port, _ := net.SplitHostPort(addr)
	return guard(port, s.cfg.Hosts, mux)
}

// Serve serves on l until ctx ends, and then finishes open requests for at most five seconds.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	h := &http.Server{
		Handler:           s.Handler(l.Addr().String()),
		ReadHeaderTimeout: s.patience,
		ReadTimeout:       10 * time.Second,
		WriteTimeout:      2 * time.Minute, // large flame graphs take long
		IdleTimeout:       time.Minute,
		MaxHeaderBytes:    16 << 10,
	}
	failed := make(chan error, 1)
	go func() { failed <- h.Serve(l) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	s.sweeps.stop()
	end, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.patience)
	defer cancel()
	err := h.Shutdown(end)
	if errors.Is(err, context.DeadlineExceeded) {
		err = h.Close()
	}
	if served := <-failed; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	return err
}
