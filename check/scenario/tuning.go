package scenario

import (
	"maps"
	"math/rand/v2"

	"lwbench/allocators"
)

// tuning makes everything small: pools, magazines, reserves. Switches change occasionally.
func tuning(d *allocators.Design, given allocators.Tuning, r *rand.Rand) allocators.Tuning {
	return tuned(d, given, r, func(k allocators.Tunable) int64 {
		if k.Default < 16 {
			return k.Default
		}
		return max(k.Min, 1) + r.Int64N(3)
	})
}

// deepTuning makes sizes small or medium, and enables what is off.
func deepTuning(d *allocators.Design, given allocators.Tuning, r *rand.Rand) allocators.Tuning {
	return tuned(d, given, r, func(k allocators.Tunable) int64 {
		switch {
		case k.Default == 0 && r.IntN(3) == 0:
			return 1 + r.Int64N(8)
		case k.Default < 16:
			return k.Default
		case r.IntN(2) == 0:
			return max(k.Min, 1) + r.Int64N(3)
		}
		return max(k.Min, 1) + r.Int64N(24)
	})
}

// tuned gives each tunable that is not given a value: size selects numbers, within their range.
func tuned(d *allocators.Design, given allocators.Tuning, r *rand.Rand, size func(allocators.Tunable) int64) allocators.Tuning {
	tune := allocators.Tuning{}
	for _, k := range d.Tunables {
		v, fixed := given[k.Name]
		switch span := k.Max - k.Min; {
		case fixed:
		case span <= 1:
			if v = k.Default; r.IntN(4) == 0 {
				v = k.Min + r.Int64N(span+1)
			}
		default:
			v = min(size(k), k.Max)
		}
		tune[k.Name] = v
	}
	return tune
}

// fixed leaves every tunable that is not given at its default, except the pool.
func fixed(d *allocators.Design, given allocators.Tuning) allocators.Tuning {
	tune := allocators.Tuning{}
	for _, k := range d.Tunables {
		tune[k.Name] = k.Default
	}
	if k, ok := d.Pool(); ok {
		tune[k.Name] = 16
	}
	maps.Copy(tune, given)
	return tune
}
