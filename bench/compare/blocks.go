package compare

// blocks divides a table into tables that fit into so many columns of text: each has the base and the next of the other columns, one
// at least.
func (t *Table) blocks(wide int) (list []*Table) {
	for next := 1; next < len(t.cols) || list == nil; {
		end := len(t.cols)
		for ; end > next+1 && t.block(next, end).width() > wide; end-- {
		}
		list = append(list, t.block(next, end))
		next = end
	}
	return list
}

// block is the base and the columns from begin up to end.
func (t *Table) block(begin, end int) *Table {
	if begin >= end || begin == 1 && end == len(t.cols) {
		return t
	}
	b := &Table{Unit: t.Unit, Config: t.Config, Rows: t.Rows, better: t.better}
	b.Cols, b.cols = with(t.Cols, begin, end), with(t.cols, begin, end)
	b.Means = with(t.Means, begin, end)
	for _, row := range t.Cells {
		b.Cells = append(b.Cells, with(row, begin, end))
	}
	return b
}

// with returns the first of list and those from begin up to end.
func with[T any](list []T, begin, end int) []T {
	return append([]T{list[0]}, list[begin:end]...)
}

// width is that of the table's lines, in columns of text.
func (t *Table) width() int {
	lines, _ := t.lines()
	lay := t.layout(lines)
	n := lay.label + len(" │")
	for _, wide := range lay.group {
		n += wide + 3
	}
	return n
}
