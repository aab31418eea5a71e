package validate

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"lwbench/allocators"
	"lwbench/bench/workload"
	"lwbench/internal/texttab"
	"lwbench/mmu"
)

// loop is a few lines that call the machine's primitives or a design directly, for patterns that no workload has.
type loop struct {
	name, doc string
	design    bool             // it runs a design
	params    []workload.Param // whole numbers, or a choice
	// setup returns the code that every CPU repeats; a is nil if the loop runs no design. It fails only if the
	// machine cannot hold what the loop needs.
	setup func(m *mmu.Machine, a allocators.Allocator, p values) (iteration, error)
}

// iteration is one round of a loop on one CPU. It reports whether that was an operation, or background.
type iteration func(c *mmu.CPU) (operation bool, err error)

// values holds a loop's parameters, every one of them; a choice is the index of what was chosen.
type values map[string]int

// window is the length of a loop's run, in cycles; the first quarter is not counted.
const window = mmu.Cycles(16e6)

// findLoop returns the loop with that name, after checking the given parameters.
func findLoop(name string, param map[string]string) (*loop, error) {
	var known []string
	for _, l := range loops() {
		if l.name == name {
			_, err := l.values(param)
			return &l, err
		}
		known = append(known, l.name)
	}
	return nil, texttab.Unknown("no loop", name, known)
}

// values parses the given parameters and fills in the defaults.
func (l *loop) values(param map[string]string) (values, error) {
	v := make(values)
	var known []string
	for _, p := range l.params {
		text := p.Default
		if given, ok := param[p.Name]; ok {
			text = given
		}
		if err := p.Check(text); err != nil {
			return nil, err
		}
		if v[p.Name] = slices.Index(p.Choices, text); p.Kind != workload.Text {
			n, err := strconv.ParseFloat(text, 64)
			if err != nil {
				return nil, err
			}
			v[p.Name] = int(n)
		}
		known = append(known, p.Name)
	}
	for name := range param {
		if _, ok := v[name]; !ok {
			return nil, texttab.Unknown("no parameter of loop "+l.name, name, known)
		}
	}
	return v, nil
}

// setting is what a loop runs on.
type setting struct {
	spec   *mmu.Spec
	cpus   int
	design *allocators.Design // or nil
	tuning allocators.Tuning
	param  map[string]string
}

// run runs the loop and returns its units: cycles of an operation on its CPU, and operations per second of all CPUs.
func (l *loop) run(ctx context.Context, s *setting) (map[string]any, error) {
	p, err := l.values(s.param)
	if err != nil {
		return nil, err
	}
	m, err := mmu.New(s.spec, mmu.Options{CPUs: s.cpus})
	if err != nil {
		return nil, err
	}
	var a allocators.Allocator
	if s.design != nil {
		if a, err = s.design.New(m, s.tuning); err != nil {
			return nil, err
		}
	}
	iterate, err := l.setup(m, a, p)
	if err != nil {
		return nil, err
	}
	return measure(ctx, m, iterate)
}

// measure runs the iteration on every CPU until the window is over.
func measure(ctx context.Context, m *mmu.Machine, iterate iteration) (map[string]any, error) {
	cpus, hz := m.NCPU(), m.Spec().ClockHz
	ops := make([]int64, cpus)
	spent := make([]mmu.Cycles, cpus)
	err := m.RunContext(ctx, func(c *mmu.CPU) error {
		id := c.ID()
		for c.Now() < window {
			from := c.Now()
			operation, err := iterate(c)
			if err != nil {
				return err
			}
			if operation && from >= window/4 && c.Now() < window {
				ops[id]++
				spent[id] += c.Now() - from
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	var n int64
	var cycles mmu.Cycles
	for i := range ops {
		n += ops[i]
		cycles += spent[i]
	}
	if n == 0 {
		return nil, fmt.Errorf("no operation ends within %d cycles", window)
	}
	each := float64(cycles) / float64(n)
	return map[string]any{
		"cycles": each,
		"ns":     each / hz * 1e9,
		"ops_s":  float64(n) / (float64(window-window/4) / hz),
	}, nil
}
