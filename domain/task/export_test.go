package task

// SetFew changes how many tasks are few.
func (s *Service) SetFew(n int) { s.store.few = n }

// SetOften changes in how many comments common words are.
func (s *Service) SetOften(n int) { s.store.often = n }
