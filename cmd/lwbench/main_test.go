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
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(e *testscript.Env) error {
			dir, err := filepath.Abs("../../mmu/machines")
			e.Setenv("MACHINES", dir)
			return err
		},
		UpdateScripts: os.Getenv("UPDATE") != "",
		Condition: func(cond string) (bool, error) {
			if cond != "full" {
				return false, fmt.Errorf("no condition %q", cond)
			}
			return testsize.Full(), nil
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"exit": exit, "oneline": oneLine, "full": full,
		},
	})
}

// exit STATUS COMMAND… runs lwbench and fails unless it exits with that status.
func exit(ts *testscript.TestScript, _ bool, args []string) {
	status := 0
	var e *exec.ExitError
	if err := ts.Exec(args[1], args[2:]...); errors.As(err, &e) {
		status = e.ExitCode()
	} else {
		ts.Check(err)
	}
	for _, name := range []string{"stdout", "stderr"} {
		ts.Check(os.WriteFile(ts.MkAbs(name[3:]), []byte(ts.ReadFile(name)), 0o600))
	}
	if want := args[0]; want != strconv.Itoa(status) {
		ts.Fatalf("exit status %d, want %s", status, want)
	}
}

// full STATUS COMMAND… is exit with a full stdout. It expects the error message for that, on one line.
func full(ts *testscript.TestScript, _ bool, args []string) {
	exit(ts, false, []string{args[0], "sh", "-c", strings.Join(args[1:], " ") + " > /dev/full"})
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
