import type { ReactNode, SVGProps } from 'react';

/** Line icons on a 24 grid. They say nothing to screen readers: whatever they stand for is also said in words. */
function icon(children: ReactNode) {
  return function Icon({ size = 16, ...rest }: SVGProps<SVGSVGElement> & { size?: number }) {
    return (
      <svg
        viewBox="0 0 24 24"
        width={size}
        height={size}
        fill="none"
        stroke="currentColor"
        strokeWidth="1.8"
        strokeLinecap="round"
        strokeLinejoin="round"
        aria-hidden="true"
        focusable="false"
        {...rest}
      >
        {children}
      </svg>
    );
  };
}

export const IconInbox = icon(<path d="M3 13h5l1.5 3h5L16 13h5M5.5 5h13L21 13v5a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1v-5z" />);
export const IconUser = icon(<path d="M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20.5a7.5 7.5 0 0 1 15 0" />);
export const IconUsers = icon(
  <path d="M9 11.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2.5 19.5a6.5 6.5 0 0 1 13 0M16 4.8a3.5 3.5 0 0 1 0 6.4M18 14a6.5 6.5 0 0 1 3.5 5.5" />,
);
export const IconUserOff = icon(<path d="M8.5 5.9A4 4 0 1 1 13.6 11M4.5 20.5a7.5 7.5 0 0 1 9.8-7.1M17.5 17.2l2.3 3.3M4 4l16 16" />);
export const IconPlug = icon(<path d="M9 3v5M15 3v5M6.5 8h11v3.5a5.5 5.5 0 0 1-11 0zM12 17v4" />);
export const IconSearch = icon(<path d="M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM20 20l-4.8-4.8" />);
export const IconCheck = icon(<path d="M5 12.5l4.5 4.5L19 7.5" />);
export const IconDone = icon(<path d="M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM8.2 12.3l2.6 2.6 5-5.3" />);
export const IconReopen = icon(<path d="M4 12a8 8 0 1 0 2.6-5.9M4 4v4.5h4.5" />);
export const IconClose = icon(<path d="M6 6l12 12M18 6L6 18" />);
export const IconBack = icon(<path d="M14.5 5.5L8 12l6.5 6.5" />);
export const IconChevron = icon(<path d="M6.5 9.5L12 15l5.5-5.5" />);
export const IconLock = icon(<path d="M6 11h12v9H6zM8.5 11V7.5a3.5 3.5 0 0 1 7 0V11" />);
export const IconReply = icon(<path d="M9.5 6L4 11.5 9.5 17M4.5 11.5H14a6 6 0 0 1 6 6V19" />);
export const IconSend = icon(<path d="M21 3L10.5 13.5M21 3l-6.5 18-4-7.5L3 9.5z" />);
export const IconClip = icon(<path d="M20 11.5l-8.3 8.2a5.2 5.2 0 0 1-7.4-7.3l8.6-8.5a3.5 3.5 0 0 1 5 4.9l-8.5 8.4a1.7 1.7 0 0 1-2.5-2.4l7.6-7.5" />);
export const IconDownload = icon(<path d="M12 4v11M7.5 11L12 15.5 16.5 11M5 20h14" />);
export const IconFile = icon(<path d="M13.5 3H6.5A1.5 1.5 0 0 0 5 4.5v15A1.5 1.5 0 0 0 6.5 21h11a1.5 1.5 0 0 0 1.5-1.5V8.5zM13.5 3v5.5H19" />);
export const IconInfo = icon(<path d="M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 11v5.5M12 7.6v.1" />);
export const IconAlert = icon(<path d="M12 4L2.8 19.5h18.4zM12 10v4.5M12 17v.1" />);
export const IconClock = icon(<path d="M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v5.3l3.2 2" />);
export const IconMenu = icon(<path d="M4 6.5h16M4 12h16M4 17.5h16" />);
export const IconPanel = icon(<path d="M4.5 4.5h15A1.5 1.5 0 0 1 21 6v12a1.5 1.5 0 0 1-1.5 1.5h-15A1.5 1.5 0 0 1 3 18V6a1.5 1.5 0 0 1 1.5-1.5zM14.5 4.5v15" />);
export const IconKeyboard = icon(<path d="M3.5 6.5h17a1 1 0 0 1 1 1v9a1 1 0 0 1-1 1h-17a1 1 0 0 1-1-1v-9a1 1 0 0 1 1-1zM6.5 10.5v.1M10 10.5v.1M13.5 10.5v.1M17 10.5v.1M8 14h8" />);
export const IconOut = icon(<path d="M14 4.5H6A1.5 1.5 0 0 0 4.5 6v12A1.5 1.5 0 0 0 6 19.5h8M10 12h10.5M17 8l4 4-4 4" />);
export const IconSwitch = icon(<path d="M4 8h15M15.5 4.5L19 8l-3.5 3.5M20 16H5M8.5 12.5L5 16l3.5 3.5" />);
export const IconOffline = icon(<path d="M3 3l18 18M8.6 15.4a5 5 0 0 1 6.3-.5M5.3 12a9.6 9.6 0 0 1 4-2.3M2 8.6a14.5 14.5 0 0 1 4.4-2.9M12.3 9.3a9.6 9.6 0 0 1 6.4 2.7M11 5a14.5 14.5 0 0 1 11 3.6M12 19.2v.1" />);
export const IconPlus = icon(<path d="M12 5v14M5 12h14" />);
export const IconPhone = icon(<path d="M8 2.5h8A1.5 1.5 0 0 1 17.5 4v16a1.5 1.5 0 0 1-1.5 1.5H8A1.5 1.5 0 0 1 6.5 20V4A1.5 1.5 0 0 1 8 2.5zM11 18.5h2" />);
export const IconDots = icon(<path d="M5.5 12v.1M12 12v.1M18.5 12v.1" strokeWidth="2.6" />);
export const IconRefresh = icon(<path d="M20 12a8 8 0 1 1-2.6-5.9M20 4v4.5h-4.5" />);
export const IconMail = icon(<path d="M4 5.5h16a1 1 0 0 1 1 1v11a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1v-11a1 1 0 0 1 1-1zM3.5 7l8.5 6 8.5-6" />);
export const IconBell = icon(<path d="M6 16.5V11a6 6 0 0 1 12 0v5.5l1.5 2h-15zM10 21h4" />);
export const IconMerge = icon(<path d="M6 4v4a5 5 0 0 0 5 5h2a5 5 0 0 1 5 5v2M18 4v4a5 5 0 0 1-5 5M15.5 17.5L18 20l2.5-2.5" />);
export const IconSplit = icon(<path d="M12 4v6M12 10c0 4-6 3-6 9M12 10c0 4 6 3 6 9M3.5 16.5L6 19l2.5-2.5M15.5 16.5L18 19l2.5-2.5" />);
export const IconHistory = icon(<path d="M4 12a8 8 0 1 0 2.6-5.9M4 4v4.5h4.5M12 8v4.3l3 1.8" />);
export const IconAt = icon(<path d="M15.5 12a3.5 3.5 0 1 1-7 0 3.5 3.5 0 0 1 7 0zM15.5 8.5v5a2.5 2.5 0 0 0 5 0V12a8.5 8.5 0 1 0-3.4 6.8" />);
export const IconFilter = icon(<path d="M4 6h16M7 12h10M10 18h4" />);
export const IconStar = icon(<path d="M12 4l2.5 5.2 5.7.8-4.1 4 1 5.7-5.1-2.7-5.1 2.7 1-5.7-4.1-4 5.7-.8z" />);
export const IconTag = icon(<path d="M4 4.5h7.5l8.5 8.5-7 7L4.5 11.5zM8 8.4v.1" />);
export const IconCommand = icon(<path d="M9 9h6v6H9zM9 9H7a2.5 2.5 0 1 1 2.5-2.5V9M15 9h2a2.5 2.5 0 1 0-2.5-2.5V9M9 15H7a2.5 2.5 0 1 0 2.5 2.5V15M15 15h2a2.5 2.5 0 1 1-2.5 2.5V15" />);
export const IconSmile = icon(<path d="M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM8.3 14.2a4.5 4.5 0 0 0 7.4 0M9 9.4v.2M15 9.4v.2" />);
export const IconBolt = icon(<path d="M13 3L5 13.5h6L10 21l8-10.5h-6z" />);
export const IconChart = icon(<path d="M4 20h16M6.5 17v-5M11 17V6M15.5 17v-8M20 17v-3" />);
export const IconGear = icon(
  <path d="M12 15.2a3.2 3.2 0 1 0 0-6.4 3.2 3.2 0 0 0 0 6.4zM10.6 3.5h2.8l.5 2.3 1.9 1.1 2.2-.7 1.4 2.4-1.7 1.6v2.2l1.7 1.6-1.4 2.4-2.2-.7-1.9 1.1-.5 2.3h-2.8l-.5-2.3-1.9-1.1-2.2.7-1.4-2.4 1.7-1.6v-2.2L4.6 8.6 6 6.2l2.2.7 1.9-1.1z" />,
);
export const IconPost = icon(<path d="M5 4.5h14a1 1 0 0 1 1 1v13a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1v-13a1 1 0 0 1 1-1zM7.5 8.5h9M7.5 12h9M7.5 15.5h5" />);
export const IconCopy = icon(<path d="M9 8.5h10a1 1 0 0 1 1 1v10a1 1 0 0 1-1 1H9a1 1 0 0 1-1-1v-10a1 1 0 0 1 1-1zM16 8.5v-4a1 1 0 0 0-1-1H5a1 1 0 0 0-1 1v10a1 1 0 0 0 1 1h3" />);
export const IconPulse = icon(<path d="M3 12.5h4l2.5-7 5 13 2.5-6H21" />);
export const IconVault = icon(<path d="M4 4.5h16a1 1 0 0 1 1 1v12a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1v-12a1 1 0 0 1 1-1zM6 18.5v2M18 18.5v2M15.5 11.5a3.5 3.5 0 1 1-7 0 3.5 3.5 0 0 1 7 0zM12 8V6.5M12 15v1.5M8.5 11.5H7M15.5 11.5H17" />);
export const IconColumns = icon(<path d="M4 20h16M6.5 20v-7M12 20V6M17.5 20v-10" />);
export const IconBook = icon(<path d="M6 4h12a1 1 0 0 1 1 1v15a1 1 0 0 1-1 1H6a1 1 0 0 1-1-1V5a1 1 0 0 1 1-1zM8.5 8.5h7M8.5 12h7M8.5 15.5h4" />);
export const IconStamp = icon(<path d="M12 3l7 3v5.5c0 4.5-3 7.7-7 9.5-4-1.8-7-5-7-9.5V6zM8.5 12l2.5 2.5 4.5-5" />);
