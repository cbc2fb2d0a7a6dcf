package dev.guestbridge;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Camel can't make routes of what the installed folder holds; one line with the file, where Camel names it, and why. */
final class BadRoutes extends IllegalArgumentException {

    private static final Pattern FILE = Pattern.compile("([\\w./ -]*\\.camel\\.yaml)");
    private static final int LONGEST = 400;

    private BadRoutes(String message, Throwable cause) {
        super(message, cause);
    }

    /** The exception to throw on: this, unless another is to blame than files and settings. */
    static Exception of(Path folder, Exception failure) {
        List<Throwable> causes = new ArrayList<>();
        for (Throwable cause = failure; cause != null && !causes.contains(cause); cause = cause.getCause()) {
            if (cause.getClass().getName().startsWith("dev.guestbridge.")) {
                return failure;
            }
            causes.add(cause);
        }
        if (causes.stream().noneMatch(BadRoutes::isOfCamel)) {
            return failure;
        }
        String file = causes.stream()
                .map(cause -> FILE.matcher(String.valueOf(cause.getMessage())))
                .filter(Matcher::find)
                .map(found -> found.group(1))
                .findFirst()
                .orElse(folder.toString());
        Throwable root = causes.get(causes.size() - 1);
        String reason = String.valueOf(root.getMessage()).replaceAll("\\s+", " ");
        return new BadRoutes(
                file + ": Camel can't use it: " + reason.substring(0, Math.min(LONGEST, reason.length())), failure);
    }

    private static boolean isOfCamel(Throwable cause) {
        String name = cause.getClass().getName();
        return name.startsWith("org.apache.camel.") || name.startsWith("org.snakeyaml.");
    }
}
