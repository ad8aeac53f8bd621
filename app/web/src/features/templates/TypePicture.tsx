import type { ReactNode } from 'react';
import type { Field } from './templates';

function picture(children: ReactNode, size = 16) {
  return (
    <svg viewBox="0 0 24 24" width={size} height={size} fill="none" stroke="currentColor" strokeWidth="1.8" strokeLinecap="round" strokeLinejoin="round" aria-hidden="true" focusable="false">
      {children}
    </svg>
  );
}

/** What is gripped to move a thing. */
export function IconGrip() {
  return picture(<path d="M9 6v.1M15 6v.1M9 12v.1M15 12v.1M9 18v.1M15 18v.1" strokeWidth="2.8" />);
}

const pictures: Record<Field['type'], ReactNode> = {
  text: <path d="M5 6V5h14v1M12 5v14M9.5 19h5" />,
  long_text: <path d="M4 6h16M4 10.5h16M4 15h16M4 19.5h9" />,
  number: <path d="M9 4L7 20M17 4l-2 16M4.5 9h16M3.5 15h16" />,
  money: <path d="M18 7.5A6.5 6.5 0 1 0 18 16.5M4 10.5h9M4 13.5h9" />,
  date: <path d="M5 6h14v14H5zM5 10.5h14M9 3.5V8M15 3.5V8" />,
  date_time: <path d="M12 20H5V6h14v4M5 10h14M9 3.5V8M15 3.5V8M17 21a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM17 15.5V17l1 .8" />,
  choice: <path d="M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM8.5 10.5L12 14l3.5-3.5" />,
  multi_choice: <path d="M4 5h5v5H4zM5.4 7.6l1 1 1.6-2.2M4 14h5v5H4zM13 7.5h7M13 16.5h7" />,
  yes_no: <path d="M8 7h8a5 5 0 0 1 0 10H8A5 5 0 0 1 8 7zM16 14.2a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.4z" />,
  phone: <path d="M6 3.5h3l1.5 4.5-2 1.5a12 12 0 0 0 6 6l1.5-2 4.5 1.5v3a2 2 0 0 1-2.2 2A17 17 0 0 1 4 5.700a2 2 0 0 1 2-2.200z" />,
  email: <path d="M4 5.5h16a1 1 0 0 1 1 1v11a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1v-11a1 1 0 0 1 1-1zM3.5 7l8.5 6 8.5-6" />,
  link: <path d="M10 14a4.5 4.5 0 0 0 6.4 0l3-3A4.5 4.5 0 0 0 13 4.600L11.5 6M14 10a4.5 4.5 0 0 0-6.4 0l-3 3A4.5 4.5 0 0 0 11 19.400l1.5-1.4" />,
  staff: <path d="M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20.500a7.5 7.5 0 0 1 15 0" />,
  contact: <path d="M5 4.500h14v15H5zM12 12a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.400zM8 16.500a4 4 0 0 1 8 0M3 8.500h2M3 15.500h2" />,
};

/** The sort of a field as a small picture. */
export function TypePicture({ type }: { type: Field['type'] }) {
  return picture(pictures[type]);
}
