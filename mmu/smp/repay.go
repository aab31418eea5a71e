package smp

// Signature names the code of a CPU that has left another one something to do later.
type Signature struct{ who attribution }

// Sign returns the signature of what c does now.
func (c *CPU) Sign() Signature {
	s := Signature{attribution{by: c.id}}
	if c.hook != nil {
		s.who.at = c.hook.here()
	}
	return s
}

// Repay charges c n cycles for work that another CPU's code has caused (CostStolen), as an IPI from it would have.
func (c *CPU) Repay(n Cycles, to Signature) {
	c.steal(n, to.who.by)
	if c.hook != nil {
		c.hook.passed(c, CostStolen, n, to.who)
	}
	c.catchUp()
}
