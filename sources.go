package lwbench

import (
	"embed"
	"io/fs"
)

//go:embed mmu/*.go mmu/*/*.go mmu/*/*/*.go mmu/*/*.s mmu/*/*/*.s allocators/*.go allocators/*/*.go
//go:embed bench/*.go bench/*/*.go bench/*/*/*.go check/*/*.go internal/*/*.go cmd/lwbench/*.go
var sources embed.FS

// Sources returns the Go and assembly files that this program was built from. Package store identifies a result by those
// that determine it.
func Sources() fs.FS { return sources }
