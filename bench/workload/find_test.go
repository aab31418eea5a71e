package workload

// Find returns the workload of that name, or nil.
func Find(name string) *Workload {
	for _, w := range All() {
		if w.Name == name {
			return w
		}
	}
	return nil
}
