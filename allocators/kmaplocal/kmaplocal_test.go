package kmaplocal

import (
	"testing"

	"lwbench/allocators/alloctest"
)

func TestContract(t *testing.T) {
	t.Run("local", func(t *testing.T) { alloctest.Run(t, &Local) })
	t.Run("atomic", func(t *testing.T) { alloctest.Run(t, &Atomic) })
}
