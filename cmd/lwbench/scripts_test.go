package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"sync"

	"github.com/rogpeppe/go-internal/testscript"
)

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
	if text := ts.ReadFile("err"); !isOneLine(text) {
		ts.Fatalf("the message is not one line: %q", text)
	}
}

func isOneLine(message string) bool {
	return strings.Count(message, "\n") == 1 && strings.HasPrefix(message, "lwbench: ")
}

// lines calls f with the words of each line of a file of the script that is not a comment. A word of two quotes is an empty
// argument, and $NAME is a variable.
func lines(ts *testscript.TestScript, file string, f func(words []string)) {
	for line := range strings.Lines(ts.ReadFile(file)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		words := strings.Fields(os.Expand(line, ts.Getenv))
		for i, w := range words {
			words[i] = strings.ReplaceAll(w, "''", "")
		}
		f(words)
	}
}

// refused FILE [REGEXP [WORD]] runs lwbench with each line of FILE, and with WORD after it. It fails unless each exits with status
// 2 and a message of one line, which matches.
func (s *scripts) refused(ts *testscript.TestScript, _ bool, args []string) {
	args = append(args, "")[:max(len(args), 2)]
	message := regexp.MustCompile(args[1])
	lines(ts, args[0], func(words []string) {
		words = append(words, args[2:]...)
		if status, _, got := s.run(ts, words); status != exitUsage || !isOneLine(got) || !message.MatchString(got) {
			ts.Fatalf("exit %d: lwbench %q: %s, want %q", status, words, got, message)
		}
	})
}

// keeps FILE [again] runs lwbench with each line of FILE, the last word of which is the file that it writes, where a file called old
// is. It fails unless that one is kept under another name; with "again" also if a second run, which writes the same, keeps the
// first one's.
func (s *scripts) keeps(ts *testscript.TestScript, _ bool, args []string) {
	old := ts.ReadFile("old")
	lines(ts, args[0], func(words []string) {
		name := words[len(words)-1]
		ts.Check(os.WriteFile(ts.MkAbs(name), []byte(old), 0o600))
		_, out, message := s.run(ts, words)
		renamed := strings.Contains(message, "lwbench: the existing "+name+" is now "+name+".~1~\n")
		wrote := strings.Contains(message, "lwbench: wrote "+name+"\n") || regexp.MustCompile(`cells? in `+name+`\n`).MatchString(out)
		if !renamed || !wrote || ts.ReadFile(name+".~1~") != old || ts.ReadFile(name) == old {
			ts.Fatalf("lwbench %q does not keep what was there: %s", words, message)
		}
		if len(args) == 1 {
			return
		}
		_, _, message = s.run(ts, words)
		if _, err := os.Stat(ts.MkAbs(name + ".~2~")); err == nil || strings.Contains(message, "is now") {
			ts.Fatalf("lwbench %q keeps the same contents twice: %s", words, message)
		}
	})
}
