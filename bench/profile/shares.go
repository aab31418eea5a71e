package profile

import (
	"slices"

	"github.com/google/pprof/profile"

	"lwbench/mmu/smp"
)

// Share is how many cycles of a profile belong to one thing.
type Share struct {
	Name   string
	Cycles int64
}

// Locks lists the locks that CPUs wait for, by the cycles that they wait, the most first.
func Locks(p *profile.Profile) []Share {
	sum := map[string]int64{}
	for _, s := range p.Sample {
		if names := s.Label["lock"]; len(names) > 0 {
			sum[names[0]] += s.Value[0]
		}
	}
	return shares(sum)
}

// Lines lists the source lines that spend cycles other than on the workload's own work, as WriteTop prints them, the
// most first.
func Lines(p *profile.Profile) []Share {
	sum := map[string]int64{}
	for _, s := range p.Sample {
		if leaf := s.Location[0].Line[0].Function.Name; !slices.Contains(ownWork(), leaf) {
			sum[where(s)] += s.Value[0]
		}
	}
	return shares(sum)
}

func shares(sum map[string]int64) (list []Share) {
	for _, name := range order(sum) {
		list = append(list, Share{name, sum[name]})
	}
	return list
}

// Hottest returns the first of Lines and its share of all cycles; the line is empty where the workload spends everything.
func Hottest(p *profile.Profile) (line string, share float64) {
	list := Lines(p)
	if len(list) == 0 {
		return "", 0
	}
	return list[0].Name, float64(list[0].Cycles) / float64(max(1, Total(p, types[0].name)))
}

// ownWork lists the leaves of a workload's own work, which is the same with every design.
func ownWork() []string {
	return []string{leafName(int(smp.CostWork)), leafName(int(smp.CostUse)), leafName(int(smp.CostMessage))}
}
