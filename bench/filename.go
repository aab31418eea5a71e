package bench

import (
	"fmt"
	"hash/fnv"
	"strings"
)

// maxFileName bounds a cell's part of a file name; file systems take 255 bytes.
const maxFileName = 150

// FileName is a name for a file about the cell, without an ending: no two cells of a grid have the same, and it is safe on
// any file system.
func (c *Cell) FileName() string {
	key := c.Key()
	if c.Rep > 0 {
		key += fmt.Sprintf("/rep=%d", c.Rep)
	}
	exact := key
	for _, s := range append(c.Set, c.Param...) {
		exact += "\x00" + s.Value // the name has lost what is not safe in it
	}
	name := strings.Map(fileSafe, strings.NewReplacer(" ", "-", "/", "-").Replace(key))
	safe := len(name) <= maxFileName && !strings.ContainsRune(name, '_')
	if safe {
		return name
	}
	h := fnv.New64a()
	_, _ = h.Write([]byte(exact))
	return fmt.Sprintf("%s_%016x", name[:min(len(name), maxFileName)], h.Sum64())
}

func fileSafe(r rune) rune {
	switch {
	case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', strings.ContainsRune("-.,=", r):
		return r
	}
	return '_'
}
