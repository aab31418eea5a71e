package alloctest_test

import (
	"testing"

	"lwbench/allocators/all"
	"lwbench/allocators/alloctest"
)

func TestStories(t *testing.T) { alloctest.Stories(t, "../testdata/stories", all.Designs()) }

func TestHistories(t *testing.T) { alloctest.Histories(t, all.Designs()) }
