package scenario

import (
	"strings"
	"testing"

	"lwbench/allocators"
	"lwbench/allocators/all"
	"lwbench/check/interleave"
	"lwbench/mmu/smp"
)

// TestSettingErrors: bad header lines are rejected, in one line with their place.
func TestSettingErrors(t *testing.T) {
	for head, want := range map[string]string{
		"":                                  `t.ops: no header line names a design: expected for example "design lwbuf"`,
		"design lwbof":                      `t.ops:3: design lwbof: no such design (lwbench list allocators)`,
		"set lwbuf.count=1\ndesign lwbuf":   `t.ops:3: set lwbuf.count=1: expected tunable=value below the line of the design`,
		"design lwbuf\nset lwbuf.count":     `t.ops:4: set lwbuf.count: expected tunable=value below`,
		"design lwbuf\nset lwbuf.most=1":    `t.ops:4: set lwbuf.most=1: lwbuf has no such tunable (lwbench list tunables)`,
		"design lwbuf\nset lwbuf.count=two": `t.ops:4: lwbuf.count`,
		"design lwbuf\nkva 0":               `t.ops:4: kva 0: expected 1 to`,
		"design lwbuf\nkva 99999999":        `t.ops:4: kva 99999999: expected 1 to`,
		"design lwbuf\ntlb 4":               `t.ops:4: tlb 4: expected sets and ways, as in 4x4`,
		"design lwbuf\ntlb 3x4":             `t.ops:4: tlb 3x4: expected`,
		"design lwbuf\ntlb 4x0":             `t.ops:4: tlb 4x0: expected`,
		"design lwbuf\ntlb 4x4x4":           `t.ops:4: tlb 4x4x4: expected`,
		"design lwbuf\nspeculate maybe":     `t.ops:4: speculate maybe: expected yes or no`,
		"design lwbuf\nkernel_global 1":     `t.ops:4: kernel_global 1: expected yes or no`,
		"design lwbuf\nrun fast":            `t.ops:4: run fast: expected some of drained, coarse, statements, visible`,
	} {
		_, err := Config(parse(t, "lwbench-ops 1\ncpus 1\n"+head+"\n"), machine(t), all.Designs())
		if err == nil || !strings.HasPrefix(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: %v, want %s", head, err, want)
		}
	}
}

// TestSettingReadsAll: each header line has its effect, and the given machine does not change.
func TestSettingReadsAll(t *testing.T) {
	base := machine(t)
	before := *base
	s, err := Config(parse(t, "lwbench-ops 1\ncpus 1\ndesign sfbuf\nset sfbuf.nsfbufs=3\nset sfbuf.quick=0\nkva 9\ntlb 2x1\nkernel_global no\nspeculate yes\nrun coarse,visible\nschedule 1:1\n"), base, all.Designs())
	if err != nil {
		t.Fatal(err)
	}
	if s.Design.Name != "sfbuf" || s.Tune["sfbuf.nsfbufs"] != 3 || s.Tune["sfbuf.quick"] != 0 || s.KVAPages != 9 || s.Spec.TLB.L1Sets != 2 || s.Spec.TLB.L1Ways != 1 ||
		s.Spec.TLB.L2Sets != 0 || s.Spec.KernelGlobal || !s.Spec.Speculate || s.Granularity != smp.OrderedPoints || !s.Visible || s.Thorough {
		t.Errorf("%+v", s)
	}
	if base.KernelGlobal != before.KernelGlobal || base.TLB != before.TLB || base.Speculate != before.Speculate {
		t.Error("the machine given has changed")
	}
	if got := Mode(s); got != "coarse,visible" {
		t.Errorf("Mode is %q", got)
	}
	if got := Mode(&interleave.Config{}); got != "" {
		t.Errorf("Mode of nothing is %q", got)
	}
}

// TestOn: another design takes the tunables that it has, by the last word of their names; given ones win.
func TestOn(t *testing.T) {
	const head = "lwbench-ops 1\ncpus 1\ndesign naive\nset naive.nsfbufs=2\nkva 9\nschedule 1:1\n"
	for _, k := range []struct {
		design string
		tune   allocators.Tuning
		header string
		lost   string
	}{
		{"naive", nil, "design naive, set naive.nsfbufs=2, kva 9, schedule 1:1", ""},
		{"sfbuf", nil, "design sfbuf, set sfbuf.nsfbufs=2, kva 9, schedule 1:1", ""},
		{"sfbuf", allocators.Tuning{"sfbuf.nsfbufs": 5}, "design sfbuf, kva 9, schedule 1:1, set sfbuf.nsfbufs=5", ""},
		{"lwbuf", allocators.Tuning{"lwbuf.count": 1}, "design lwbuf, kva 9, schedule 1:1, set lwbuf.count=1", "naive.nsfbufs=2"},
	} {
		tr := parse(t, head+"0 alloc a 1\n0 free a\n")
		u, lost := On(tr, design(k.design), k.tune)
		var header []string
		for _, h := range u.Header {
			header = append(header, h.Key+" "+h.Text)
		}
		if got := strings.Join(header, ", "); got != k.header || strings.Join(lost, " ") != k.lost {
			t.Errorf("on %s: %s, lost %q; want %s, lost %q", k.design, got, lost, k.header, k.lost)
		}
		if tr.Header[0].Text != "naive" || tr.Header[1].Text != "naive.nsfbufs=2" {
			t.Error("the trace given has changed")
		}
		if _, err := Config(u, machine(t), all.Designs()); err != nil {
			t.Error(err)
		}
	}
}

// TestFits: what a design cannot do is reported before anything runs.
func TestFits(t *testing.T) {
	for _, k := range []struct{ design, text, want string }{
		{"lwbuf", "0 alloc a 1\n0 ref a\n", "t.ops:4: 0 ref a: lwbuf has no references"},
		{"sfbuf", "0 alloc a 1\n0 global a\n", "t.ops:4: 0 global a: sfbuf cannot make a buffer global"},
		{"lwbuf", "0 sysctl lwbuf.count=1\n", "t.ops:3: 0 sysctl lwbuf.count=1: lwbuf has no such tunable, or it cannot be set to that at run time"},
		{"lwbuf-rbtree", "0 sysctl lwbuf-rbtree.max=-1\n", "t.ops:3: 0 sysctl lwbuf-rbtree.max=-1: lwbuf-rbtree has no such tunable"},
		{"sfbuf", "0! alloc a 1\n", "t.ops:3: 0! alloc a 1: an interrupt cannot sleep: expected nowait"},
		{"lwbuf-rbtree", "0 sysctl lwbuf-rbtree.max=1\n0! alloc a 1 nowait\n0 global a\n0 switch\n0 signal 0\n", ""},
		{"naive", "0 alloc a 1\n0 ref a\n", ""},
	} {
		err := source(t, design(k.design), Options{}).Fits(parse(t, "lwbench-ops 1\ncpus 1\n"+k.text))
		if k.want == "" && err != nil || k.want != "" && (err == nil || !strings.HasPrefix(err.Error(), k.want)) {
			t.Errorf("%s: %v, want %s", k.design, err, k.want)
		}
	}
	// The lines of a CPU that name no buffer suit a CPU-private design as well.
	text := "lwbench-ops 1\ncpus 2\n1 at 5\n1 work 1\n1 alloc a 0 nowait\n1 free a\n"
	if err := source(t, design("kmap-local"), Options{}).Fits(parse(t, text)); err != nil {
		t.Error(err)
	}
	long := parse(t, "lwbench-ops 1\ncpus 1\n"+strings.Repeat("0 work 1\n", maxOps+1))
	if err := source(t, design("lwbuf"), Options{}).Fits(long); err == nil || !strings.HasPrefix(err.Error(), "t.ops:203: 201 operations: ") {
		t.Errorf("%v", err)
	}
	if err := source(t, design("lwbuf"), Options{}).Fits(parse(t, "lwbench-ops 1\ncpus 9\n")); err == nil || err.Error() != "t.ops: 9 CPUs: expected at most 8" {
		t.Error(err)
	}
}

// TestPlainer: only header lines that the machine has a value for may be removed.
func TestPlainer(t *testing.T) {
	tr := parse(t, "lwbench-ops 1\ncpus 1\ndesign lwbuf\nset lwbuf.count=1\nkva 9\ntlb 1x1\nkernel_global no\nspeculate yes\n")
	left := 0
	for i := range tr.Header {
		if u, ok := WithoutHeader(tr, i); ok {
			left++
			if _, still := u.HeaderValue(tr.Header[i].Key); still || len(u.Header) != len(tr.Header)-1 {
				t.Errorf("%v without %v", u.Header, tr.Header[i])
			}
		}
	}
	if left != 2 || len(tr.Header) != 6 {
		t.Errorf("%d of %d header lines may be left out", left, len(tr.Header))
	}
}
