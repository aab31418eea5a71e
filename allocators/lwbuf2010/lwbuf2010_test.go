package lwbuf2010

import (
	"testing"

	"lwbench/allocators/alloctest"
)

func TestContract(t *testing.T) {
	t.Run("percpu", func(t *testing.T) { alloctest.Run(t, &PerCPU) })
	t.Run("owner", func(t *testing.T) { alloctest.Run(t, &Owner) })
}
