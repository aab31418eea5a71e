package bench

import (
	"cmp"
	"context"
	"errors"
	"time"

	pprof "github.com/google/pprof/profile"

	"lwbench/bench/profile"
	"lwbench/bench/workload"
	"lwbench/mmu"
	"lwbench/mmu/smp"
)

// The runs for the profile of a cell on real threads.
const (
	profileTime = 10 * time.Second // of CPU time, by default: 1,000 samples
	profilePart = time.Second      // elapsed, after which the samples are counted
	profileRun  = profilePart / 4  // about the length of one run
	profileOps  = 20_000           // most operations a CPU in a run, unless the cell has more: zeroidle fills a page of memory for each
	profileWait = 20 * time.Second // gives up after ten times the CPU time and so much more: the host is busy, or the CPUs sleep
)

// profileLive runs the cell again and again until there are samples of ProfileTime. Figures of these runs are no results: they
// would suffer from the sampling. out is of the run that was measured.
func (c *Cell) profileLive(ctx context.Context, out *workload.Outcome) (*pprof.Profile, error) {
	target := cmp.Or(c.ProfileTime, profileTime)
	p, more := profile.NewLive(c.profiled(out)), *c
	if !c.ReadsInput() {
		each := out.Live.Elapsed / float64(max(1, out.Ops)) * float64(c.CPUs)
		more.Ops = max(c.Ops, min(profileOps, int(profileRun.Seconds()/max(each, 1e-9))))
	}
	for begin := time.Now(); time.Duration(p.Samples())*profile.SampleTime < target && time.Since(begin) < 10*target+profileWait; {
		if err := p.Begin(); err != nil {
			return nil, err
		}
		err := error(nil)
		for part := min(profilePart, max(target, profileRun)); err == nil && part > 0; {
			since := time.Now()
			more.Rep++
			err = more.runFor(ctx, p)
			part -= time.Since(since)
		}
		if err = errors.Join(err, p.End()); err != nil {
			return nil, err
		}
	}
	return p.Profile()
}

// runFor runs the cell once, all of it for a profile.
func (c *Cell) runFor(ctx context.Context, p *profile.Live) error {
	m, err := mmu.New(c.Machine, mmu.Options{CPUs: c.CPUs, Config: smp.Config{Live: c.live(profile.LockSample)}})
	if err != nil {
		return err
	}
	a, err := c.newAllocator(m)
	if err != nil {
		return err
	}
	out, err := c.measure(ctx, &workload.Cell{
		Machine: m, Alloc: a, Design: c.Design, Ops: c.Ops, Seed: c.Seed + uint64(c.Rep), Params: Values(c.Param), Files: c.Files,
	}, workload.RunOptions{Label: p.Label})
	if err == nil {
		p.Add(m, out.Ops)
	}
	return err
}
