package workload

import "lwbench/mmu"

// netParams are the common parameters of network workloads, prefixed with the name of each.
func netParams(name string) []Param {
	return []Param{
		{Name: name + ".rtt", Doc: "microseconds until a page's acknowledgement", Kind: Float, Default: "100", Min: 0, Max: 1e7},
		{Name: name + ".touch", Doc: "1: the protocol CPU reads every page (checksum in software); 0: it reads none (offload)", Kind: Int, Default: "1", Min: 0, Max: 1},
		{Name: name + ".conns", Doc: "connections that a CPU serves at once, 14 pages in flight on each", Kind: Int, Default: "4", Min: 1, Max: 4096},
	}
}

// newNetsend reads netParams.
func newNetsend(cell *Cell, name string) *netsend {
	us := cell.float(name + ".rtt")
	return &netsend{
		cell:  cell,
		rtt:   mmu.Cycles(us * cell.Machine.Spec().ClockHz / 1e6),
		touch: cell.int(name+".touch") == 1,
		conns: cell.int(name + ".conns"),
		peers: peers{left: cell.Machine.NCPU()},
	}
}

// sendfile is W4: popular files sent to many clients, each page held until it is acknowledged.
func sendfile() *Workload {
	return &Workload{
		Name: "sendfile",
		Doc:  "shared file pages by Zipf popularity, mapped here, handed to the socket's CPU, freed there a round trip later",
		Params: append(netParams("sendfile"),
			Param{Name: "sendfile.files", Doc: "files on the machine", Kind: Int, Default: "64", Min: 1, Max: 1e6},
			Param{Name: "sendfile.pages", Doc: "pages in a file", Kind: Int, Default: "8", Min: 1, Max: 4096},
			Param{Name: "sendfile.zipf", Doc: "exponent of the files' popularity; 0 is uniform", Kind: Float, Default: "1", Min: 0, Max: 4},
		),
		Needs: netsendNeeds,
		Setup: func(cell *Cell) (Body, error) {
			n := newNetsend(cell, "sendfile")
			files, pages := cell.int("sendfile.files"), cell.int("sendfile.pages")
			z := newZipf(files, cell.float("sendfile.zipf"))
			first := cell.Machine.AddPages(files * pages)
			list := make([]int32, files*pages)
			for i := range list {
				list[i] = int32(first + i)
			}
			n.next = func(e *Env) (request, sourceState) {
				f := z.draw(e.rand) * pages
				r := request{client: e.rand.Uint64(), pages: list[f : f+pages]}
				for i := range r.pages {
					if !e.Next() {
						r.pages = r.pages[:i]
						break
					}
				}
				if len(r.pages) == 0 {
					return r, ended
				}
				return r, more
			}
			return func(e *Env) error {
				if n.touch {
					e.Warm(first, files*pages, false)
				}
				return n.body(e)
			}, nil
		},
	}
}
