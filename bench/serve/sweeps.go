package serve

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"lwbench/bench/plan"
	"lwbench/bench/record"
	"lwbench/internal/texttab"
	"lwbench/mmu/machines"
)

// The bounds of a sweep from the page.
const (
	maxSweepCells = 500
	maxSweepCPUs  = 256
	maxSweepOps   = 10_000
	maxSweepReps  = 20
	maxSweepWork  = 20_000_000 // operations of all CPUs of all cells: a few minutes
)

// asked is the form of a sweep as filled in, to display it again.
type asked struct {
	Designs, Workloads, Machines []choice
	CPUs, Ops, Reps, Seed        string
	NeedInput                    string // workloads that a page cannot start
}

// form reads a request's form and fills in the defaults.
func (s *Server) form(r *http.Request) asked {
	one := func(name, def string) string {
		if v := r.Form.Get(name); v != "" {
			return v
		}
		return def
	}
	var designs, workloads, aside, needInput []string
	for _, d := range s.cfg.Lists.Designs {
		designs = append(designs, d.Name)
		if d.Aside {
			aside = append(aside, d.Name)
		}
	}
	for _, w := range s.cfg.Lists.Workloads {
		switch {
		case w.NeedsInput: // an input would be a file of the host
			needInput = append(needInput, w.Name)
			continue
		case w.Aside:
			aside = append(aside, w.Name)
		}
		workloads = append(workloads, w.Name)
	}
	return asked{
		Designs: noted(choices(designs, r.Form["alloc"], false), aside), Workloads: noted(choices(workloads, r.Form["workload"], false), aside),
		NeedInput: texttab.And(needInput),
		Machines:  choices(machines.Names(), []string{one("machine", machines.Default)}, true),
		CPUs:      one("cpus", "1,2,4,8,16"), Ops: one("ops", "200"), Reps: one("reps", "1"), Seed: one("seed", "1"),
	}
}

// noted marks the choices that a sweep leaves out unless they are named.
func noted(list []choice, aside []string) []choice {
	for i := range list {
		if slices.Contains(aside, list[i].Value) {
			list[i].Note = "only when named"
		}
	}
	return list
}

// grid converts the form to a checked grid and the command that reproduces it. The error is one line.
func (s *Server) grid(a asked) (*plan.Grid, string, error) {
	o := plan.Options{Alloc: picked(a.Designs), Workload: picked(a.Workloads), Machine: picked(a.Machines)}
	if len(o.Alloc) == 0 || len(o.Workload) == 0 {
		return nil, "", fmt.Errorf("choose at least one design and one workload")
	}
	for _, x := range strings.Split(a.CPUs, ",") {
		n, err := strconv.Atoi(strings.TrimSpace(x))
		if err != nil || n < 1 || n > maxSweepCPUs {
			return nil, "", fmt.Errorf("CPUs %q: expected numbers from 1 to %d such as 1,2,4", x, maxSweepCPUs)
		}
		if !slices.Contains(o.CPUs, n) {
			o.CPUs = append(o.CPUs, n)
		}
	}
	var ops, reps int
	for _, k := range []struct {
		name, text string
		most       int
		to         *int
	}{{"operations", a.Ops, maxSweepOps, &ops}, {"repetitions", a.Reps, maxSweepReps, &reps}} {
		n, err := strconv.Atoi(k.text)
		if err != nil || n < 1 || n > k.most {
			return nil, "", fmt.Errorf("%s %q: expected 1 to %d", k.name, k.text, k.most)
		}
		*k.to = n
	}
	seed, err := strconv.ParseUint(a.Seed, 10, 64)
	if err != nil {
		return nil, "", fmt.Errorf("seed %q: expected a whole number", a.Seed)
	}
	o.Ops, o.Reps, o.Seed = &ops, &reps, &seed
	if err := bounded(&o, ops, reps); err != nil {
		return nil, "", err
	}
	g, err := o.Resolve(s.cfg.Lists)
	return g, commandOf(&o), err
}

// bounded rejects sweeps that are too large for the page.
func bounded(o *plan.Options, ops, reps int) error {
	per := len(o.Alloc) * len(o.Workload) * reps
	if n := per * len(o.CPUs); n > maxSweepCells {
		return fmt.Errorf("that is %d cells, at most %d: use lwbench sweep", n, maxSweepCells)
	}
	work := 0
	for _, n := range o.CPUs {
		work += per * n * ops
	}
	if work > maxSweepWork {
		return fmt.Errorf("that is %d operations in all, at most %d: use lwbench sweep", work, maxSweepWork)
	}
	return nil
}

// commandOf returns the command line that reproduces the file.
func commandOf(o *plan.Options) string {
	var cpus []string
	for _, n := range o.CPUs {
		cpus = append(cpus, strconv.Itoa(n))
	}
	list := func(l []string) string { return strings.Join(l, ",") }
	words := []string{"sweep", "--alloc", list(o.Alloc), "--workload", list(o.Workload), "--cpus", list(cpus), "--machine", list(o.Machine), "--ops", strconv.Itoa(*o.Ops)}
	if *o.Reps != 1 {
		words = append(words, "--reps", strconv.Itoa(*o.Reps))
	}
	if *o.Seed != 1 {
		words = append(words, "--seed", strconv.FormatUint(*o.Seed, 10))
	}
	return record.Command(words...)
}

// sweeping is the body of the page of sweeps.
type sweeping struct {
	asked
	Running *state
	Past    []state
}

// sweepPage serves the form and the progress of a running sweep.
func (s *Server) sweepPage(w http.ResponseWriter, r *http.Request) {
	r.Form = r.URL.Query()
	s.answerSweeps(w, http.StatusOK, s.form(r), "")
}

func (s *Server) answerSweeps(w http.ResponseWriter, status int, a asked, complaint string) {
	running, past := s.sweeps.states()
	s.render(w, status, "sweep", &frame{
		Title: "Sweep", Error: complaint, Refresh: running != nil && complaint == "", Body: &sweeping{a, running, past},
	})
}

// startSweep starts a sweep unless one is running.
func (s *Server) startSweep(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		http.Error(w, "the form is invalid or too large", http.StatusBadRequest)
		return
	}
	r.Form = r.PostForm
	a := s.form(r)
	g, command, err := s.grid(a)
	if err != nil {
		s.answerSweeps(w, http.StatusBadRequest, a, err.Error())
		return
	}
	if err := s.sweeps.start(g, command); err != nil {
		s.answerSweeps(w, http.StatusConflict, a, err.Error())
		return
	}
	http.Redirect(w, r, "/sweep", http.StatusSeeOther)
}

// cancelSweep cancels the running sweep and keeps its finished cells.
func (s *Server) cancelSweep(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		http.Error(w, "the form is invalid or too large", http.StatusBadRequest)
		return
	}
	s.sweeps.cancel(r.PostForm.Get("file"))
	http.Redirect(w, r, "/sweep", http.StatusSeeOther)
}
