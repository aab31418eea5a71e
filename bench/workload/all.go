package workload

// All returns every workload, in the order of tables. The values are fresh and may be changed.
func All() []*Workload {
	return []*Workload{
		xio(), exec(), pipe(), sendfile(), accesslog(), stray(), memdisk(), umtx(), vpagetable(), zeroidle(), synthetic(), xfsbuf(), setmemory(), kvabio(), trace(), isolated(), phases(),
	}
}
