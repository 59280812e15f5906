package org.halftune.chat.jinja;

import java.time.LocalDateTime;
import java.time.format.TextStyle;
import java.time.temporal.ChronoField;
import java.util.Locale;

/** Python's {@code datetime.now().strftime(format)} with the names of the C locale. */
final class Strftime {
    private Strftime() {}

    static String of(LocalDateTime now, String format) {
        var out = new StringBuilder();
        for (int i = 0; i < format.length(); i++) {
            char c = format.charAt(i);
            if (c != '%' || i + 1 == format.length()) out.append(c);
            else if (format.charAt(i + 1) == '-' && i + 2 < format.length()) {
                out.append(field(now, format.charAt(i += 2)).replaceFirst("^0(?=.)", ""));
            } else out.append(field(now, format.charAt(++i)));
        }
        return out.toString();
    }

    private static String field(LocalDateTime now, char letter) {
        return switch (letter) {
            case 'Y' -> Integer.toString(now.getYear());
            case 'y' -> two(now.getYear() % 100);
            case 'm' -> two(now.getMonthValue());
            case 'd' -> two(now.getDayOfMonth());
            case 'e' -> String.format("%2d", now.getDayOfMonth());
            case 'H' -> two(now.getHour());
            case 'I' -> two(now.get(ChronoField.CLOCK_HOUR_OF_AMPM));
            case 'M' -> two(now.getMinute());
            case 'S' -> two(now.getSecond());
            case 'p' -> now.getHour() < 12 ? "AM" : "PM";
            case 'j' -> String.format("%03d", now.getDayOfYear());
            case 'f' -> String.format("%06d", now.getNano() / 1000);
            case 'B' -> now.getMonth().getDisplayName(TextStyle.FULL, Locale.US);
            case 'b', 'h' ->
                now.getMonth().getDisplayName(TextStyle.FULL, Locale.US).substring(0, 3);
            case 'A' -> now.getDayOfWeek().getDisplayName(TextStyle.FULL, Locale.US);
            case 'a' ->
                now.getDayOfWeek().getDisplayName(TextStyle.FULL, Locale.US).substring(0, 3);
            case 'F' -> now.toLocalDate().toString();
            case 'T' -> two(now.getHour()) + ":" + two(now.getMinute()) + ":" + two(now.getSecond());
            case 'R' -> two(now.getHour()) + ":" + two(now.getMinute());
            case 'D' -> two(now.getMonthValue()) + "/" + two(now.getDayOfMonth()) + "/" + two(now.getYear() % 100);
            case 'z', 'Z' -> ""; // now() has no time zone
            case '%' -> "%";
            default -> throw JinjaError.of("strftime: %" + letter + " is not supported");
        };
    }

    private static String two(int number) {
        return number < 10 ? "0" + number : Integer.toString(number);
    }
}
