package genbuf

import (
	"testing"

	"lwbench/allocators/alloctest"
)

func TestContract(t *testing.T) {
	t.Run("stamps", func(t *testing.T) { alloctest.Run(t, &Design) })
	t.Run("counter", func(t *testing.T) { alloctest.Run(t, &Counted) })
}
