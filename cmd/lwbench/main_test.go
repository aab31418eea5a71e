package main

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
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
			ctx, _, _ := interruptible()
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
			"exit": s.exit, "refused": s.refused, "keeps": s.keeps, "oneline": oneLine, "full": s.full,
		},
	})
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
