package workload

import (
	"errors"
	"slices"

	"lwbench/allocators"
	"lwbench/mmu"
)

// umtx is W5: umtx_sleep maps the page of a user's mutex, reads the word twice, and keeps the mapping for the whole
// sleep. A simulated CPU is one thread, so it represents all threads that sleep there: their handles are live at the
// same time, and each is freed when its sleep ends.
//
// A CPU with sleepers never sleeps in Alloc, because it has to wake them: it allocates with NoWait and, if nothing is
// free, first lets its next sleeper wake. Failed tries are counted. A CPU without sleepers may wait.
func umtx() *Workload {
	return &Workload{
		Name: "umtx",
		Doc:  "threads asleep on user mutexes: two reads of 4 bytes, then the mapping is held for the whole sleep (umtx_sleep)",
		Params: []Param{
			{Name: "umtx.sleepers", Doc: "most threads asleep at once on each CPU", Kind: Int, Default: "16", Min: 1, Max: 65536},
			{Name: "umtx.sleep", Doc: "mean cycles of a sleep; each is between 0 and twice that", Kind: Int, Default: "1000000", Min: 0, Max: 1e12},
			{Name: "umtx.pages", Doc: "pages with mutexes on the machine", Kind: Int, Default: "1024", Min: 1, Max: 1e6},
			{Name: "umtx.gap", Doc: "cycles of other work before each sleep, on average", Kind: Int, Default: "2000", Min: 0, Max: 1e9},
			gapParam("umtx"),
		},
		Needs: func(*Cell) Needs { return Needs{Sleeps: true, AnyOrder: true} },
		Setup: func(cell *Cell) (Body, error) {
			u := &mutexes{
				sleepers: cell.int("umtx.sleepers"), pages: cell.int("umtx.pages"),
				sleep: cell.int("umtx.sleep"), gap: cell.cycles("umtx.gap"),
			}
			u.first = cell.Machine.AddPages(u.pages)
			return u.body, nil
		},
	}
}

type mutexes struct {
	sleepers, pages, sleep int
	gap                    mmu.Cycles
	first                  int
}

func (u *mutexes) body(e *Env) error {
	var asleep []*Handle // sorted by the end of their sleep
	for e.Next() {
		pg := e.cell.Machine.Page(u.first + e.Rand().IntN(u.pages))
		sleep := mmu.Cycles(e.Rand().IntN(2*u.sleep + 1))
		e.Gap(u.gap)
		for len(asleep) > 0 && (asleep[0].Due <= e.CPU().Now() || len(asleep) == u.sleepers) {
			asleep = wakeFirst(e, asleep)
		}
		flags := allocators.Private
		if len(asleep) > 0 {
			flags |= allocators.NoWait
		}
		h, err := e.Alloc(pg, flags)
		for errors.Is(err, allocators.ErrNoBuf) && len(asleep) > 0 {
			if asleep = wakeFirst(e, asleep); len(asleep) == 0 {
				flags = allocators.Private
			}
			h, err = e.Alloc(pg, flags)
		}
		if err != nil {
			return err
		}
		e.Copy(h, 4, false)
		e.Copy(h, 4, false)
		h.Due = e.CPU().Now() + sleep
		at, _ := slices.BinarySearchFunc(asleep, h.Due+1, func(x *Handle, due mmu.Cycles) int { return int(x.Due - due) })
		asleep = slices.Insert(asleep, at, h)
	}
	for len(asleep) > 0 {
		asleep = wakeFirst(e, asleep)
	}
	return nil
}

// wakeFirst waits for the next sleep to end and frees its mapping.
func wakeFirst(e *Env, asleep []*Handle) []*Handle {
	h := asleep[0]
	if now := e.CPU().Now(); h.Due > now {
		e.Idle(h.Due - now)
	}
	e.Free(h)
	return slices.Delete(asleep, 0, 1)
}
