export function TaskPane() { return null; }
