package main

import (
	"os"
	"strings"
	"testing"

	"lwbench/bench/plan"
)

// TestEveryDesignIsChecked: a design that a sweep leaves out unless it is named is checked nevertheless.
func TestEveryDesignIsChecked(t *testing.T) {
	f := new(checkFlags)
	c := newCheck(f)
	list, err := f.options(c)
	if err != nil {
		t.Fatal(err)
	}
	checked := make(map[string]bool)
	for _, o := range list {
		checked[o.Design.Name] = true
	}
	for _, d := range lists().Designs {
		if !checked[d.Name] {
			t.Errorf("lwbench check leaves out %s", d.Name)
		}
	}
}

// TestLeftOutIsNamed: README names every design and workload that the default sweep leaves out.
func TestLeftOutIsNamed(t *testing.T) {
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	g, err := (&plan.Options{}).Resolve(lists())
	if err != nil {
		t.Fatal(err)
	}
	runs := make(map[string]bool)
	for _, d := range g.Designs {
		runs[d.Name] = true
	}
	for _, w := range g.Workloads {
		runs[w.Name] = true
	}
	left := 0
	_, line, found := strings.Cut(string(text), "Not in the default sweep")
	line, _, _ = strings.Cut(line, "\n\n")
	check := func(name string) {
		if !runs[name] {
			left++
			if !strings.Contains(line, "`"+name+"`") {
				t.Errorf("README.md does not say that the default sweep leaves out %s", name)
			}
		}
	}
	for _, d := range lists().Designs {
		check(d.Name)
	}
	for _, w := range lists().Workloads {
		check(w.Name)
	}
	if !found || left == 0 {
		t.Errorf("README.md has a paragraph: %t; %d are left out", found, left)
	}
}
