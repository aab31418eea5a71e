package all

import (
	"lwbench/allocators"
	"lwbench/allocators/dmap"
	"lwbench/allocators/emap"
	"lwbench/allocators/genbuf"
	"lwbench/allocators/kmap"
	"lwbench/allocators/kmaplocal"
	"lwbench/allocators/lwbuf"
	"lwbench/allocators/lwbuf2010"
	"lwbench/allocators/lwbufrbtree"
	"lwbench/allocators/msfbuf"
	"lwbench/allocators/naive"
	"lwbench/allocators/quickpage"
	"lwbench/allocators/segmap"
	"lwbench/allocators/sfbuf"
	"lwbench/allocators/sfbuf2009"
	"lwbench/allocators/sfbuf2010"
	"lwbench/allocators/sfbuffreebsd"
	"lwbench/allocators/vmap"
)

// Designs returns every design, in table order. The values are shared; callers must not modify them.
func Designs() []*allocators.Design {
	return []*allocators.Design{
		&dmap.Design,
		&naive.Design,
		&sfbuf.Design,
		&sfbuffreebsd.Design,
		&sfbuf2009.Design,
		&sfbuf2010.Design,
		&lwbuf.Submitted,
		&lwbuf2010.PerCPU,
		&lwbuf2010.Owner,
		&lwbuf.Fixed,
		&lwbufrbtree.Design,
		&msfbuf.Design,
		&quickpage.Design,
		&kmap.Design,
		&kmaplocal.Atomic,
		&kmaplocal.Local,
		&vmap.Design,
		&vmap.Nodes,
		&emap.Design,
		&segmap.Design,
		&genbuf.Design,
		&genbuf.Counted,
	}
}
