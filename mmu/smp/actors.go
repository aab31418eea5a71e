package smp

// findActors lists who could act, in the order in which they would by themselves.
func (s *System) findActors() {
	x := s.explored
	x.ready = x.ready[:0]
	for _, c := range s.cpus {
		s.awaited(c)
		c.gather()
		if len(c.inbox) > 0 && c.takesIPIs() {
			x.ready = append(x.ready, Actor{At: max(c.inbox[0].at, c.busy), CPU: c.id, Kind: IPI})
		}
		if key := s.tree.node[s.tree.size+int(c.id)]; key != never {
			at := Cycles(key >> idBits)
			x.ready = append(x.ready, Actor{At: at, CPU: c.id})
			if len(c.pended) > 0 && c.takesHandlers() {
				x.ready = append(x.ready, Actor{At: at, CPU: c.id, Kind: Interrupt})
			}
		}
	}
	if len(x.ready) < 2 {
		return
	}
	for i := 1; i < len(x.ready); i++ { // there are few, and almost in order
		for k := i; k > 0 && x.order(&x.ready[k], &x.ready[k-1]) < 0; k-- {
			x.ready[k], x.ready[k-1] = x.ready[k-1], x.ready[k]
		}
	}
	x.price()
}

// takesHandlers reports whether a handler that is pended on c can run now.
func (c *CPU) takesHandlers() bool {
	return c.crit == 0 && c.soft == 0 && c.state == running && !c.interrupted && !c.handling
}

// traceTakes says which CPUs take IPIs and handlers.
func (s *System) traceTakes() {
	var ipis, handlers uint32
	for i, c := range s.cpus {
		if c.takesIPIs() {
			ipis |= 1 << i
		}
		if c.takesHandlers() {
			handlers |= 1 << i
		}
	}
	s.explored.tr.Takes(ipis, handlers)
}

// price says which of the ready actors are deviations that count: who takes the CPU from the current thread, and who makes
// an IPI come earlier or later than it would. An IPI that was held up once may come at any time.
func (x *exploration) price() {
	dear := false
	for i := range x.ready {
		dear = dear || x.current != nil && x.goesOn(&x.ready[i])
	}
	for i := range x.ready {
		a := &x.ready[i]
		prompt := a.Kind == IPI && !x.held[a.CPU]
		a.Preempts = i > 0 && (dear || prompt)
		dear = dear || prompt
	}
}

// goesOn reports whether a is the thread that is in the middle of something.
func (x *exploration) goesOn(a *Actor) bool { return a.Kind == Thread && a.CPU == x.current.id }

// rank sorts the default actors to the front: IPIs that have arrived, unless they are held up, then the current thread.
func (x *exploration) rank(a *Actor) int {
	switch {
	case x.current == nil:
		return 2
	case x.goesOn(a):
		return 1
	case a.Kind == IPI && !x.held[a.CPU] && a.At <= x.current.now:
		return 0
	}
	return 2
}

func (x *exploration) order(a, b *Actor) int {
	if d := x.rank(a) - x.rank(b); d != 0 {
		return d
	}
	if a.Kind == Interrupt || b.Kind == Interrupt {
		if d := int(a.Kind) - int(b.Kind); d != 0 { // a handler is the default only when no other actor can act
			return d
		}
	}
	if a.At != b.At {
		if a.At < b.At {
			return -1
		}
		return 1
	}
	if a.CPU != b.CPU {
		return int(a.CPU - b.CPU)
	}
	return int(b.Kind) - int(a.Kind) // of one CPU the IPI comes first
}
