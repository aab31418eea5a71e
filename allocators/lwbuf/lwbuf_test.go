package lwbuf

import (
	"testing"

	"lwbench/allocators/alloctest"
)

func TestContract(t *testing.T) {
	t.Run("fixed", func(t *testing.T) { alloctest.Run(t, &Fixed) })
	t.Run("submitted", func(t *testing.T) { alloctest.Run(t, &Submitted) })
}
