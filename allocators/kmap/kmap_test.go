package kmap

import (
	"testing"

	"lwbench/allocators/alloctest"
)

func TestContract(t *testing.T) { alloctest.Run(t, &Design) }
