package report

import "math"

// uslPoints is the number of points that a fit needs: three for the coefficients and one to test them.
const uslPoints = 4

// poorFit is the relative deviation of a point above which a fit is called poor.
const poorFit = 0.25

// usl is the Universal Scalability Law (N. Gunther, 1993) fitted to a curve: the cost of an operation, in CPU time, on n
// CPUs is One·(1 + Sigma·(n-1) + Kappa·n·(n-1)); throughput is n divided by that.
type usl struct {
	One   float64 // cost of an operation on one CPU
	Sigma float64 // contention: the share of an operation that only one CPU can do at a time
	Kappa float64 // coherency: what each pair of CPUs adds
	Worst float64 // largest deviation of a point, as a share of it
}

// poor reports whether the law does not describe the curve.
func (u *usl) poor() bool { return u.Worst > poorFit }

// cost returns the fitted cost on n CPUs.
func (u *usl) cost(n float64) float64 { return u.One * (1 + u.Sigma*(n-1) + u.Kappa*n*(n-1)) }

// peak returns the number of CPUs with the greatest throughput, or +Inf if it never falls.
func (u *usl) peak() float64 {
	if u.Kappa == 0 {
		return math.Inf(1)
	}
	return math.Sqrt(max(1-u.Sigma, 0) / u.Kappa)
}

// fitUSL fits the law by least squares of relative deviations, so that all points have the same weight, with non-negative
// coefficients. cost is CPU time per operation, greater than zero. ok is false for too few points.
//
// The law is linear in One, One·Sigma and One·Kappa. The best non-negative coefficients are the unconstrained best of some
// subset with the others zero, so it tries all seven subsets.
func fitUSL(cpus []int, cost []float64) (u usl, ok bool) {
	if len(cpus) < uslPoints {
		return u, false
	}
	rows := make([][3]float64, len(cpus))
	for i, n := range cpus {
		x := float64(n)
		rows[i] = [3]float64{1 / cost[i], (x - 1) / cost[i], x * (x - 1) / cost[i]}
	}
	least := math.Inf(1)
	var best [3]float64
	for subset := 1; subset < 8; subset++ {
		b, fine := leastSquares(rows, subset)
		if !fine || b[0] <= 0 || b[1] < 0 || b[2] < 0 {
			continue
		}
		if s := squares(rows, b); s < least {
			least, best = s, b
		}
	}
	if math.IsInf(least, 1) {
		return u, false
	}
	u = usl{One: best[0], Sigma: best[1] / best[0], Kappa: best[2] / best[0]}
	for i, n := range cpus {
		u.Worst = max(u.Worst, math.Abs(u.cost(float64(n))/cost[i]-1))
	}
	return u, true
}

// squares sums the squared deviations from 1.
func squares(rows [][3]float64, b [3]float64) (sum float64) {
	for _, r := range rows {
		d := r[0]*b[0] + r[1]*b[1] + r[2]*b[2] - 1
		sum += d * d
	}
	return sum
}

// leastSquares returns the coefficients whose products with the rows are nearest to 1, using the columns in subset (bits);
// the others are zero. Gram-Schmidt on the columns, which stays exact where the normal equations would not.
func leastSquares(rows [][3]float64, subset int) (b [3]float64, ok bool) {
	var cols []int
	var q [3][]float64
	var r [3][3]float64
	for k := range 3 {
		if subset&(1<<k) == 0 {
			continue
		}
		v := make([]float64, len(rows))
		for i := range rows {
			v[i] = rows[i][k]
		}
		size := norm(v)
		for range 2 { // twice is enough
			for j := range cols {
				d := dot(q[j], v)
				r[j][len(cols)] += d
				for i := range v {
					v[i] -= d * q[j][i]
				}
			}
		}
		n := norm(v)
		if n <= 1e-12*size || n == 0 {
			return b, false
		}
		for i := range v {
			v[i] /= n
		}
		r[len(cols)][len(cols)], q[len(cols)] = n, v
		cols = append(cols, k)
	}
	for j := len(cols) - 1; j >= 0; j-- {
		x := 0.0
		for _, v := range q[j] {
			x += v
		}
		for l := j + 1; l < len(cols); l++ {
			x -= r[j][l] * b[cols[l]]
		}
		b[cols[j]] = x / r[j][j]
	}
	return b, true
}

func dot(a, b []float64) (sum float64) {
	for i := range a {
		sum += a[i] * b[i]
	}
	return sum
}

func norm(a []float64) float64 { return math.Sqrt(dot(a, a)) }
