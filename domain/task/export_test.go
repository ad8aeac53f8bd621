package task

// SetFew changes how many tasks are few.
func (s *Service) SetFew(n int) { s.store.few = n }
