package all

import (
	"lwbench/allocators"
	"lwbench/allocators/lwbuf"
	"lwbench/allocators/lwbufrbtree"
	"lwbench/allocators/naive"
	"lwbench/allocators/sfbuf"
)

// Designs returns every design there is, in the order of tables. The values are shared: do not change them.
func Designs() []*allocators.Design {
	return []*allocators.Design{
		&naive.Design,
		&sfbuf.Design,
		&lwbuf.Submitted,
		&lwbuf.Fixed,
		&lwbufrbtree.Design,
	}
}
