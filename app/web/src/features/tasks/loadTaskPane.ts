/** The open task is the larger part of the program: it is loaded once the list is there. */
export const loadTaskPane = () => import('./TaskPane');
