package storage

// Waiting tells how many wait for others' statements.
func (t *Together[Q, A]) Waiting() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.waiting)
}
