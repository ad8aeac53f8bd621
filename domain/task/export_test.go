package task

// SetFew changes how many tasks are few.
func (s *Service) SetFew(n int) { s.store.few = n }

// SetDear changes how many comments can be looked into while the index finds one.
func (s *Service) SetDear(n int) { s.store.dear = n }
