package plan

import "maps"

// Options is what a user asks for, as text: the flags of lwbench sweep and the keys of a sweep file. An empty field takes
// its default.
type Options struct {
	Why      string              `yaml:"why"`
	Alloc    []string            `yaml:"alloc"`
	Workload []string            `yaml:"workload"`
	CPUs     []int               `yaml:"cpus"`
	Machine  []string            `yaml:"machine"`
	KVA      []int               `yaml:"kva"` // sizes of the KVA window in pages, on each machine
	Set      map[string][]string `yaml:"set"`
	Param    map[string][]string `yaml:"param"`
	Ops      *int                `yaml:"ops"`
	Warmup   *int                `yaml:"warmup"`
	Reps     *int                `yaml:"reps"`
	Seed     *uint64             `yaml:"seed"`
	Engine   string              `yaml:"engine"`   // virtual or live
	Exposure *bool               `yaml:"exposure"` // also measure the units of exposure
	IPICost  string              `yaml:"ipi-cost"` // live: machine or none
	Expect   []string            `yaml:"expect"`

	file  string         // the sweep file
	lines map[string]int // of it, by key=value
	loose []string       // names in Set and Param that nothing may have: Merge has replaced the designs or workloads they were for
}

// Merge returns o with the fields that over sets replaced. Set and Param are merged name by name. What o sets of designs or
// workloads that over has replaced is dropped.
func (o Options) Merge(over Options) Options {
	for name := range o.Set {
		if over.Alloc != nil && over.Set[name] == nil {
			o.loose = append(o.loose, name)
		}
	}
	for name := range o.Param {
		if over.Workload != nil && over.Param[name] == nil {
			o.loose = append(o.loose, name)
		}
	}
	o.Alloc = pick(over.Alloc, o.Alloc)
	o.Workload = pick(over.Workload, o.Workload)
	o.CPUs = pick(over.CPUs, o.CPUs)
	o.Machine = pick(over.Machine, o.Machine)
	o.KVA = pick(over.KVA, o.KVA)
	o.Set = mergeMaps(o.Set, over.Set)
	o.Param = mergeMaps(o.Param, over.Param)
	for _, p := range []struct{ to, from **int }{{&o.Ops, &over.Ops}, {&o.Warmup, &over.Warmup}, {&o.Reps, &over.Reps}} {
		if *p.from != nil {
			*p.to = *p.from
		}
	}
	for _, p := range []struct{ to, from *string }{{&o.Engine, &over.Engine}, {&o.IPICost, &over.IPICost}} {
		if *p.from != "" {
			*p.to = *p.from
		}
	}
	if over.Exposure != nil {
		o.Exposure = over.Exposure
	}
	if over.Seed != nil {
		o.Seed = over.Seed
	}
	return o
}

func pick[T any](over, base []T) []T {
	if over != nil {
		return over
	}
	return base
}

func mergeMaps(base, over map[string][]string) map[string][]string {
	m := make(map[string][]string)
	maps.Copy(m, base)
	maps.Copy(m, over)
	return m
}
