#!/bin/sh
# Makes the fonts of social cards out of those of the Debian package fonts-noto-core, with pyftsubset of fonttools. Run it here.
set -eu
from=${1:-/usr/share/fonts/truetype/noto}
features=kern,mark,mkmk,ccmp,locl,init,medi,fina,isol,rlig,liga,clig,calt,curs,rclt
# Those of Devanagari.
features=$features,nukt,akhn,rphf,rkrf,pref,blwf,half,pstf,vatu,cjct,pres,abvs,blws,psts,haln,abvm,blwm,dist
part() {
    pyftsubset "$from/$1.ttf" --unicodes="$2" --layout-features="$features" --no-hinting --notdef-outline \
        --name-IDs=0,1,2,3,4,5,6,13,14 --drop-tables+=DSIG,meta --output-file="$1.ttf"
}
part NotoSerif-Bold U+20-7E,U+A0-17F,U+18F,U+192,U+1A0-1A1,U+1AF-1B0,U+1CD-1DC,U+218-21B,U+259,U+2BB-2BC,U+2C6-2DD,U+300-304,U+306-30C,U+31B,U+323-328,U+370-3FF,U+400-52F,U+1E00-1EFF,U+2000-206F,U+2070-2089,U+20A0-20BF,U+2103,U+2109,U+2116,U+2122,U+2126,U+2150-215E,U+2190-2193,U+2212,U+2215,U+2260,U+2264-2265,U+25CC,U+FB01-FB02,U+FEFF,U+FFFD
part NotoNaskhArabic-Bold U+20,U+A0,U+AB,U+BB,U+600-6FF,U+750-77F,U+8A0-8FF,U+200B-200F,U+2026,U+202A-202E,U+2066-2069,U+FD3E-FD3F
part NotoSerifHebrew-Bold U+20,U+590-5FF,U+200D-200F,U+20AA,U+25CC,U+FB1D-FB4F
part NotoSerifArmenian-Bold U+20,U+530-58F,U+FB13-FB17
part NotoSerifGeorgian-Bold U+20,U+10A0-10FF,U+1C90-1CBF
part NotoSerifDevanagari-Bold U+20,U+900-97F,U+1CD0-1CF9,U+200C-200D,U+20B9,U+25CC
