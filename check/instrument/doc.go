// Package instrument rewrites the sources of the designs so that each access to data that others may reach is a
// choice point of an exploration, and is reported: smp.Read, smp.Written, smp.Assign and so on (mmu/smp/access.go).
// The rewritten files go into an overlay for the go command; the sources do not change. Lines keep their numbers.
//
//	x.f            smp.Read(&x.f)            a field that is written after its construction, through a pointer
//	x.f = v        smp.Assign(&x.f)(v)       the value first, then the point, then the store
//	x.f++          smp.Update(&x.f, "+")(1)  a point before the read and one before the write
//	x.w.Add(c, 1)  unchanged                 smp's own types report themselves
//	x.m.Add(id)    smp.Updated(&x.m).Add(id) a method with a pointer receiver, of another package
//	x.m.AtomicAdd  smp.Synced(&x.m, true)    an atomic operation
//	&T{…}, make    smp.Made, smp.MadeSlice   gives data a name that is the same in every run
//	c.Now()        smp.Timed(c.Now())        tells the search that the run depends on the time
//
// Short-circuit evaluation is preserved, because only expressions are wrapped. Not covered: local variables shared by
// a closure, package variables (designs have none that change), and the elements copied by a range clause.
package instrument
