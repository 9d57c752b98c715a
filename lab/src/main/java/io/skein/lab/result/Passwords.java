package io.skein.lab.result;

import java.util.regex.Pattern;

/** Keeps passwords out of what is written down. */
public final class Passwords {
    private static final Pattern OPTION = Pattern.compile("(--password[= ])\\S+");
    private static final Pattern URL = Pattern.compile("(://[^:/@\\s]*:)[^@\\s]*@");

    private Passwords() {}

    /** A target or a command line with asterisks where a password stood. */
    public static String hidden(String words) {
        return URL.matcher(OPTION.matcher(words).replaceAll("$1***")).replaceAll("$1***@");
    }
}
