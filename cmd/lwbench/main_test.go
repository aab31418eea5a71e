package main

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"lwbench/internal/testsize"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"lwbench": func() { os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) },
		"hang": func() { // a program that prints on ^C and never exits
			ctx, _ := interruptible()
			fmt.Println("ready")
			<-ctx.Done()
			fmt.Println("interrupted")
			time.Sleep(time.Minute)
		},
	})
}

// TestScript runs the command lines under testdata/script and checks their output and exit status.
func TestScript(t *testing.T) {
	dir, err := filepath.Abs("testdata/script")
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(".") // restores the folder, which the scripts change
	var s scripts
	testscript.Run(t, testscript.Params{
		Dir: dir,
		Setup: func(e *testscript.Env) error {
			e.Setenv("MACHINES", filepath.Join(dir, "../../../../mmu/machines"))
			return nil
		},
		UpdateScripts: os.Getenv("UPDATE") != "",
		Condition: func(cond string) (bool, error) {
			if cond != "full" {
				return false, fmt.Errorf("no condition %q", cond)
			}
			return testsize.Full(), nil
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"exit": s.exit, "oneline": oneLine, "full": s.full,
		},
	})
}

// scripts runs command lines of lwbench in this process, which takes a third of the time: starting one takes longer than
// most command lines do. The working folder and the environment are the process's, so that one runs at a time.
type scripts struct{ mu sync.Mutex }

// run runs lwbench without standard input; a script that needs it, or a process, says "exec lwbench".
func (s *scripts) run(ts *testscript.TestScript, args []string) (status int, stdout, stderr string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	ts.Check(os.Chdir(ts.MkAbs(".")))
	for _, name := range []string{"LWBENCH_SHARDS", "SLURM_ARRAY_TASK_ID"} {
		ts.Check(os.Setenv(name, ts.Getenv(name)))
	}
	var out, err strings.Builder
	status = run(args, strings.NewReader(""), &out, &err)
	return status, out.String(), err.String()
}

// exit STATUS COMMAND… runs lwbench, or another program, writes the files out and err, and fails unless it exits with
// that status.
func (s *scripts) exit(ts *testscript.TestScript, _ bool, args []string) {
	var status int
	var stdout, stderr string
	if args[1] == "lwbench" {
		status, stdout, stderr = s.run(ts, args[2:])
		fmt.Fprint(ts.Stdout(), stdout)
		fmt.Fprint(ts.Stderr(), stderr)
	} else {
		if err := ts.Exec(args[1], args[2:]...); err != nil {
			e, ok := errors.AsType[*exec.ExitError](err)
			if !ok {
				ts.Fatalf("%v", err)
			}
			status = e.ExitCode()
		}
		stdout, stderr = ts.ReadFile("stdout"), ts.ReadFile("stderr")
	}
	ts.Check(os.WriteFile(ts.MkAbs("out"), []byte(stdout), 0o600))
	ts.Check(os.WriteFile(ts.MkAbs("err"), []byte(stderr), 0o600))
	if want := args[0]; want != strconv.Itoa(status) {
		ts.Fatalf("exit status %d, want %s", status, want)
	}
}

// full STATUS COMMAND… is exit with a full stdout. It expects the error message for that, on one line.
func (s *scripts) full(ts *testscript.TestScript, _ bool, args []string) {
	s.exit(ts, false, []string{args[0], "sh", "-c", strings.Join(args[1:], " ") + " > /dev/full"})
	oneLine(ts, false, nil)
	if text := ts.ReadFile("err"); !strings.Contains(text, "cannot write the output: ") {
		ts.Fatalf("not told: %q", text)
	}
}

// oneLine fails unless the message of the last exit is one line.
func oneLine(ts *testscript.TestScript, _ bool, _ []string) {
	if text := ts.ReadFile("err"); strings.Count(text, "\n") != 1 || !strings.HasPrefix(text, "lwbench: ") {
		ts.Fatalf("the message is not one line: %q", text)
	}
}

// TestSecondInterrupt checks that the second ^C kills a program that ignores the first.
func TestSecondInterrupt(t *testing.T) {
	hang := exec.Command(os.Args[0])
	hang.Args[0] = "hang"
	out, err := hang.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := hang.Start(); err != nil {
		t.Fatal(err)
	}
	for s := bufio.NewScanner(out); s.Scan(); { // send ^C whenever it prints a line
		if err := hang.Process.Signal(os.Interrupt); err != nil {
			t.Fatal(err)
		}
	}
	_ = hang.Wait()
	if status := hang.ProcessState.Sys().(syscall.WaitStatus); !status.Signaled() || status.Signal() != syscall.SIGINT {
		t.Errorf("ended with %v, not by the second ^C", hang.ProcessState)
	}
}
