// Package instrument rewrites the sources of the designs so that each access to data that others may reach is a choice point of
// an exploration, and is reported: smp.Read, smp.Written, smp.Assign and so on (mmu/smp/access.go). The rewritten files go
// into an overlay for the go command; the sources themselves stay as they are. Lines keep their numbers.
//
//	x.f            smp.Read(&x.f)            a field that is written after its construction, through a pointer
//	x.f = v        smp.Assign(&x.f)(v)       the value first, then the point, then the store
//	x.f++          smp.Update(&x.f, "+")(1)  a point before the read and one before the write
//	x.w.Add(c, 1)  as it is                  smp's own types report themselves
//	x.m.Add(id)    smp.Updated(&x.m).Add(id) a method with a pointer receiver, of another package
//	x.m.AtomicAdd  smp.Synced(&x.m, true)    an atomic operation
//	&T{…}, make    smp.Made, smp.MadeSlice   so that data has a name that is the same in every run
//	c.Now()        smp.Timed(c.Now())        so that a search knows that it depends on the time
//
// Short-circuit evaluation stays, for only expressions are wrapped. Not seen: local variables that a closure shares, package
// variables (designs have none that change), and the elements that a range clause copies.
package instrument
