import { Outlet } from '@tanstack/react-router';
export function TasksScreen() { return <Outlet />; }
