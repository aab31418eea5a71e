package vmap

import (
	"testing"

	"lwbench/allocators/alloctest"
)

func TestContract(t *testing.T) {
	t.Run("vmap", func(t *testing.T) { alloctest.Run(t, &Design) })
	t.Run("nodes", func(t *testing.T) { alloctest.Run(t, &Nodes) })
}
