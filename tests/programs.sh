#!/usr/bin/env bash
# Install the programs that some tests drive (a browser, Graphviz, a second SPARQL server, readers of our exports, clients).
# What cannot be installed here is named; the tests that need it are then skipped with a message.
set -u
cd "$(dirname "$0")/.."
missing=()
want() { command -v "$1" > /dev/null || missing+=("$2"); }
want chromium chromium
want chromedriver chromium-driver
want dot graphviz
want virtuoso-t virtuoso-opensource
want roqet rasqal-utils
perl -MRDF::Query::Client -e 1 2> /dev/null || missing+=(librdf-query-client-perl)
[ -f /usr/share/java/jgrapht-io.jar ] || missing+=(libjgrapht-java)
fc-list 2> /dev/null | grep -qi 'noto.*cjk' || missing+=(fonts-noto-cjk fontconfig)
if ((${#missing[@]})) && [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null; then
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq > /dev/null 2>&1
  apt-get install -y -qq --no-install-recommends "${missing[@]}" > /dev/null 2>&1 && missing=()
fi
((${#missing[@]})) && echo "not installed, tests that need them are skipped: ${missing[*]} (Debian: apt-get install ${missing[*]})"
readers=tests/unit/exporting/readers
if ! [ -d $readers/node_modules ]; then
  if ! (cd $readers && npm install --silent --no-audit --no-fund --no-package-lock) > /dev/null 2>&1; then
    rm -rf $readers/node_modules
    echo "not installed, tests that need it are skipped: npm install in $readers"
  fi
fi
exit 0
