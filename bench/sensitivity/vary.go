package sensitivity

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"lwbench/bench"
	"lwbench/bench/record"
	"lwbench/mmu"
	"lwbench/mmu/machines"
)

// Factors are the factors that costs are multiplied by.
func Factors() []float64 { return []float64{0.5, 2} }

// Variation is a set of costs of a machine that are multiplied together.
type Variation struct {
	Figures string   // a section of the machine file, or one key
	Keys    []string // the keys that change
	Factor  float64
}

// Whole returns a variation for each section and factor, of all costs that have no source. With sourced set, costs
// with a source are included.
func Whole(s *mmu.Spec, sourced bool) (list []Variation) {
	for _, section := range sections(s) {
		list = append(list, vary(s, section, costs(s, section, sourced))...)
	}
	return list
}

// Single returns a variation for each single cost of a section. A section with one cost has none: Whole covers it.
func Single(s *mmu.Spec, section string, sourced bool) (list []Variation) {
	keys := costs(s, section, sourced)
	if len(keys) < 2 {
		return nil
	}
	for _, key := range keys {
		list = append(list, vary(s, key, []string{key})...)
	}
	return list
}

// sections lists the sections of the machine file in its order.
func sections(s *mmu.Spec) (list []string) {
	for _, f := range s.Figures {
		if section, _, _ := strings.Cut(f.Name, "."); !slices.Contains(list, section) {
			list = append(list, section)
		}
	}
	return list
}

// costs lists the keys of a section that are costs, are not 0, and are to be varied.
func costs(s *mmu.Spec, section string, sourced bool) (keys []string) {
	for _, f := range s.Figures {
		if strings.HasPrefix(f.Name, section+".") && machines.IsCost(f.Name) && f.Value != 0 && (sourced || f.Assumed != "") {
			keys = append(keys, f.Name)
		}
	}
	return keys
}

// vary returns a variation for each factor that changes a value.
func vary(s *mmu.Spec, figures string, keys []string) (list []Variation) {
	for _, factor := range Factors() {
		changes := slices.ContainsFunc(s.Figures, func(f mmu.Figure) bool {
			return slices.Contains(keys, f.Name) && scale(f.Value, factor) != f.Value
		})
		if changes {
			list = append(list, Variation{figures, keys, factor})
		}
	}
	return list
}

// scale multiplies a cost and rounds to whole cycles. A non-zero cost stays non-zero.
func scale(v, factor float64) float64 {
	if v == 0 {
		return 0
	}
	return max(1, math.Round(v*factor))
}

// Machine returns the machine with the variation.
func (v *Variation) Machine(s *mmu.Spec) (*mmu.Spec, error) {
	var figures []mmu.Figure
	for _, f := range s.Figures {
		if slices.Contains(v.Keys, f.Name) {
			f.Value = scale(f.Value, v.Factor)
			figures = append(figures, f)
		}
	}
	m, err := machines.With(s, record.Varied(s.Name, v.Figures, v.Factor), figures...)
	if err != nil {
		return nil, fmt.Errorf("%s times %v: %w", v.Figures, v.Factor, err)
	}
	return m, nil
}

// Cells returns the cells for that machine, each with every variation.
func Cells(cells []*bench.Cell, s *mmu.Spec, list []Variation) (out []*bench.Cell, err error) {
	for i := range list {
		m, err := list[i].Machine(s)
		if err != nil {
			return nil, err
		}
		for _, c := range cells {
			if c.Machine == s {
				varied := *c
				varied.Machine = m
				out = append(out, &varied)
			}
		}
	}
	return out, nil
}
