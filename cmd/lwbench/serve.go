package main

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"runtime"

	"github.com/spf13/cobra"

	"lwbench/bench/record"
	"lwbench/bench/serve"
)

func serveCommand() *cobra.Command {
	var listen string
	c := &cobra.Command{
		Use:   "serve [DIR]",
		Short: "show a folder of results and profiles in the browser, and start sweeps there",
		Long: `Serve shows the result files and profiles below DIR (default results) in the browser: select workload, machine, unit and
designs, compare two cells, open pprof's flame graphs, start and watch sweeps. It listens on loopback by default and serves
nothing outside of DIR. ^C stops it; a running sweep keeps its finished cells. Files whose names end in .txt are listed: earlier
files that a command has renamed to FILE.~1~ are not.`,
		Args: takes(0, 1, func(args []string) error { return fmt.Errorf("%q: expected one folder at most", args[1]) }),
		RunE: func(c *cobra.Command, args []string) error {
			dir := "results"
			if len(args) > 0 {
				dir = args[0]
			}
			return serveDir(c, dir, listen)
		},
	}
	c.Flags().StringVar(&listen, "listen", "127.0.0.1:8370", "`ADDRESS` to listen on; port 0 selects a free port")
	return c
}

func serveDir(c *cobra.Command, dir, listen string) (err error) {
	host, _, err := net.SplitHostPort(listen)
	if err != nil {
		return usage(fmt.Errorf("--listen %q: expected HOST:PORT, as 127.0.0.1:8370", listen))
	}
	s, err := serve.New(serve.Config{Dir: dir, Lists: reportLists(), Jobs: runtime.GOMAXPROCS(0), Hosts: []string{host}, Lack: func(f *record.File, name string) {
		findLack(c.Context(), f, filepath.Join(dir, name))
	}})
	if err != nil {
		return usage(err)
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	var lc net.ListenConfig
	l, err := lc.Listen(c.Context(), "tcp", listen)
	if err != nil {
		return usage(fmt.Errorf("cannot listen on %s: %w: choose another address with --listen HOST:PORT; port 0 is a free one", listen, listenCause(err)))
	}
	if a, ok := l.Addr().(*net.TCPAddr); ok && !a.IP.IsLoopback() {
		fmt.Fprintln(c.ErrOrStderr(), "lwbench: anyone who can reach this address can start sweeps and read the folder")
	}
	fmt.Fprintf(c.ErrOrStderr(), "lwbench: serving %s on http://%s/ until ^C\n", dir, l.Addr())
	return s.Serve(c.Context(), l)
}

// listenCause is the error of a listener without the address and the system call.
func listenCause(err error) error {
	var call *os.SyscallError
	var op *net.OpError
	switch {
	case errors.As(err, &call):
		return call.Err
	case errors.As(err, &op):
		return op.Err
	}
	return err
}
