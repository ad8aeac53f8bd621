export function NoTask() { return null; }
