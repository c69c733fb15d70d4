/**
 * On-demand list prices of EC2 for Linux, in US dollars, dated 2 March 2025: newer types (m8i, p6 …) are not in it.
 *
 * Worked out of `pricing.json` of apache-libcloud 3.9.1 (PyPI, Apache-2.0). That file gives 0 for many types that it has no price for, and for some the
 * price of a dedicated instance, a tenth dearer: zeros were left out, and each family got the price that most of its sizes share. So a price is within
 * a tenth of the list's. The account's own discounts, and what AWS changed since (P in June 2025), are not in it.
 */

/** The day of the list. */
export const ec2PriceDate = '2025-03-02';

/** us-east-1: the price of a family's half `large`, as its sizes are multiples of each other. */
export const ec2FamilyPrices = `
  a1 0.0255 c1 0.13 c3 0.0525 c4 0.04972 c5 0.0425 c5a 0.0385 c5ad 0.043 c5d 0.048 c5n 0.054 c6a 0.03825 c6g 0.034 c6gd 0.0384 c6gn
  0.0432 c6i 0.0425 c6id 0.0504 c6in 0.0567 c7a 0.05132 c7g 0.03625 c7gd 0.04535 c7gn 0.0624 c7i 0.04462 c7i-flex 0.04239 c8g 0.03988
  cc2 0.0625 cr1 0.10938 d2 0.1725 d3 0.12475 d3en 0.13137 dl1 0.13655 dl2q 0.10082 f1 0.20625 f2 0.0825 g2 0.08125 g3 0.07125 g3s
  0.1875 g4ad 0.05419 g4dn 0.068 g5 0.064 g5g 0.04288 g6 0.05307 g6e 0.15691 gr6 0.07645 h1 0.0585 hpc6a 0.01508 hpc6id 0.04453 hpc7a
  0.01884 hpc7g 0.0263 hs1 0.14375 i2 0.21313 i3 0.078 i3en 0.113 i4g 0.07722 i4i 0.08575 i7ie 0.12992 i8g 0.0858 im4gn 0.09095 inf1
  0.04525 inf2 0.0615 is4gen 0.14408 m1 0.087 m2 0.06125 m3 0.0665 m4 0.05 m5 0.048 m5a 0.043 m5ad 0.0515 m5d 0.0565 m5dn 0.06799 m5n
  0.0595 m5zn 0.08257 m6a 0.0432 m6g 0.0385 m6gd 0.0452 m6i 0.048 m6id 0.05932 m6idn 0.07955 m6in 0.06961 m7a 0.05795 m7g 0.0408 m7gd
  0.05339 m7i 0.0504 m7i-flex 0.04788 m8g 0.04488 p2 0.225 p3 0.38241 p3dn 0.32512 p4d 0.37552 p4de 0.4694 p5 0.51208 p5en 0.48583 r3
  0.083 r4 0.0665 r5 0.063 r5a 0.0565 r5ad 0.0655 r5b 0.0745 r5d 0.072 r5dn 0.0835 r5n 0.0745 r6a 0.0567 r6g 0.0504 r6gd 0.0576 r6i
  0.063 r6id 0.0756 r6idn 0.09767 r6in 0.08716 r7a 0.07608 r7g 0.05355 r7gd 0.068 r7i 0.06615 r7iz 0.093 r8g 0.05891 t1 0.08 t2 0.046 t3
  0.0416 t3a 0.0376 t4g 0.0336 trn1 0.16797 trn1n 0.19359 u-12tb1 0.24375 u-18tb1 0.36563 u-24tb1 0.4875 u-3tb1 0.12187 u-6tb1 0.12187
  u-9tb1 0.18281 u7i-12tb 0.17062 u7i-6tb 0.14016 u7i-8tb 0.18693 u7in-16tb 0.2275 u7in-24tb 0.34125 u7in-32tb 0.455 vt1 0.05417 x1
  0.1042 x1e 0.2085 x2gd 0.0835 x2idn 0.1042 x2iedn 0.20841 x2iezn 0.20847 x8g 0.09769 z1d 0.093`;

/** us-east-1: the types that cost something else than their size says. */
export const ec2TypePrices = `
  a1.metal 0.408 c5.metal 4.08 c5d.metal 4.608 c5n.metal 3.888 c6a.metal 7.34482 c6g.metal 2.23881 c6gd.metal 2.4576 c6gn.metal 2.7656
  c6i.metal 5.44 c6id.metal 6.4512 c6in.metal 7.2576 c7a.metal-48xl 9.85344 c7g.metal 2.32 c7gd.metal 2.903 c7gn.metal 3.9936
  c7i.metal-24xl 4.28435 c7i.metal-48xl 8.5682 c8g.metal-24xl 3.82848 c8g.metal-48xl 7.65696 g4ad.2xlarge 0.54117 g4ad.xlarge 0.37853
  g4dn.12xlarge 3.912 g4dn.2xlarge 0.752 g4dn.4xlarge 1.276 g4dn.metal 7.824 g4dn.xlarge 0.526 g5.12xlarge 5.94039 g5.24xlarge 8.74331
  g5.2xlarge 1.212 g5.48xlarge 17.9168 g5.4xlarge 1.70087 g5.8xlarge 2.6928 g5.xlarge 1.006 g5g.2xlarge 0.5894 g5g.4xlarge 0.828
  g5g.metal 2.744 g5g.xlarge 0.42 g6.12xlarge 5.06176 g6.24xlarge 7.34272 g6.2xlarge 0.9776 g6.48xlarge 13.3504 g6.4xlarge 1.3232
  g6.8xlarge 2.0144 g6.xlarge 0.8048 g6e.12xlarge 11.5419 g6e.16xlarge 7.57719 g6e.2xlarge 2.24208 g6e.4xlarge 3.00424 g6e.xlarge 1.861
  gr6.4xlarge 1.5392 h1.2xlarge 0.58882 h1.8xlarge 2.342 hpc7a.12xlarge 7.23368 hpc7a.24xlarge 7.23368 hpc7a.48xlarge 7.23368
  hpc7g.4xlarge 1.6832 hpc7g.8xlarge 1.6832 i3.metal 4.99139 i3en.metal 10.848 i4i.metal 10.982 i8g.metal-24xl 9.06048 inf1.24xlarge
  5.005 inf1.xlarge 0.242 inf2.48xlarge 14.27939 inf2.xlarge 0.7582 m5.metal 4.608 m5d.metal 5.424 m5dn.metal 6.5274 m5n.metal 5.712
  m5zn.metal 3.9641 m6a.metal 8.2944 m6g.metal 2.464 m6gd.metal 2.8928 m6i.metal 6.144 m6id.metal 7.59265 m6idn.metal 10.18368
  m6in.metal 8.91072 m7a.metal-48xl 11.12832 m7g.metal 2.6112 m7gd.metal 3.4171 m7i.metal-24xl 4.8384 m7i.metal-48xl 9.6768
  m8g.metal-24xl 4.73933 m8g.metal-48xl 8.61696 r5.metal 6.048 r5b.metal 7.152 r5d.metal 6.912 r5dn.metal 8.016 r5n.metal 7.152
  r6a.metal 10.8864 r6g.metal 3.2256 r6gd.metal 3.68716 r6i.metal 8.064 r6id.metal 9.6768 r6idn.metal 12.50496 r6in.metal 11.15712
  r7a.metal-48xl 14.6064 r7g.metal 3.42713 r7gd.metal 4.3546 r7i.metal-24xl 6.3504 r7i.metal-48xl 12.7008 r7iz.metal-16xl 5.952
  r7iz.metal-32xl 11.90698 r8g.metal-24xl 5.65652 r8g.metal-48xl 11.31486 u-6tb1.56xlarge 46.40391 x2gd.metal 5.8784 x2idn.metal 13.3384
  x2iedn.metal 26.676 x2iezn.metal 10.008 x8g.metal-24xl 9.3792 x8g.metal-48xl 18.7584 z1d.metal 4.464`;

/** What a region costs, as a multiple of us-east-1. */
export const ec2RegionFactors = `
  us-east-1 1 us-east-2 1 us-west-1 1.167 us-west-2 1 ca-central-1 1.1 sa-east-1 1.594 eu-west-1 1.115 eu-west-2 1.174 eu-west-3 1.175
  eu-central-1 1.198 eu-north-1 1.063 ap-south-1 1.032 ap-northeast-1 1.261 ap-northeast-2 1.206 ap-northeast-3 1.276 ap-southeast-1
  1.208 ap-southeast-2 1.257 af-south-1 1.332 ap-east-1 1.325 ap-south-2 1 ap-southeast-3 1.206 ap-southeast-4 1.25 ap-southeast-5 1.06
  ap-southeast-7 1.045 ca-west-1 1.103 eu-central-2 1.318 eu-south-1 1.174 eu-south-2 1.115 il-central-1 1.171 me-central-1 1.226 me-
  south-1 1.227 mx-central-1 1.05`;

/** Families that are dearer or cheaper in a region than the region's factor says: region, then factor and families. */
export const ec2FamilyFactors = `
  sa-east-1 0.87=c1 0.84=m1 0.83=m2 0.9=m3 0.92=p4d 1.32=r3,r4 0.85=t1 1.22=x1,x1e,x2idn,x2iedn
  eu-west-1 1.12=c3 1.07=c4,x1e,x2gd,x2iezn 1.09=d3,d3en 0.91=g5,r6id 1.23=inf2 0.88=p4d 0.9=t1 1.08=x1,x2idn,x2iedn
  ap-northeast-2 0.91=c3 0.93=c5a 1.15=g2,p3 1.26=m3 1.07=m4 1.42=p2 1.2=x1,x1e,x2idn,x2iedn
  us-west-1 1.07=c4,c5d,c5n,c6gd,c6gn,c6in,c7gd,p5,t1 0.93=g2,m1 1.15=g3 1.11=x2idn,x2iedn
  ap-south-1 0.59=c5a,c6a 0.61=c6g,r5a,r5ad,r6a 0.62=c6gd,c7gd,m6a,r6g 0.66=c7g 1.16=d2,g5,g6,gr6,p5 1.1=i2,i3,i3en,i4i,is4gen,r3
    1.26=inf2 0.63=m5a,m5ad,r6gd,r7gd 0.64=m6g,m7gd,t3a 0.65=m6gd,t4g 0.69=m7g 1.85=p2 0.68=r7g,r8g
  ap-southeast-2 1.07=c5n 1.15=g2,x1e,x2idn,x2iedn 1.22=g3,g3s 1.36=p2 1.1=p3 0.91=r4 0.92=r6id,r7gd 0.8=t1
  ap-south-2 0.61=c6a 0.59=c6g 0.68=c7g 1.14=i3,i3en 1.13=i4i 1.08=m5d 0.64=m6a 0.66=m6g 0.67=m6gd,t4g 0.71=m7g 0.63=r6a 0.65=r6g
    0.7=r7g
  ap-southeast-5 0.92=c6g,c6gn,c6i,c6in,c7g,c7i,c7i-flex 1.19=g6,gr6 1.07=t4g 1.35=x2idn 1.23=x2iedn
  eu-central-2 0.93=c6g 1.1=d3 0.91=t3 1.29=x2idn
  me-south-1 1.11=c6gn 1.12=m6i,m7g
  il-central-1 0.92=c6i 1.09=d3 1.1=m6i
  us-east-2 1.1=c7i,m5zn,r3,trn1 0.8=h1
  ap-northeast-1 0.93=cr1,i3,i4i,im4gn,m2 1.15=d3,d3en,g5,g6,g6e,gr6,m3,x1,x1e,x2idn,x2iedn,x2iezn 1.1=g2,g3,g3s,m1 1.07=g4dn,g5g,m6i
    1.14=inf2 1.09=m6gd,m7gd,p3,p3dn 1.36=p2 0.87=r4
  eu-west-2 1.09=d3 1.11=f2,p5 1.08=g6,gr6 0.85=i2 1.28=inf2 1.07=x1,x2idn,x2iedn
  eu-west-3 1.09=d3 1.08=g6,gr6 1.19=inf2 1.07=x1,x2iedn 1.13=x2idn
  eu-central-1 1.1=d3,d3en 0.88=f1 0.9=i8g 1.25=inf2 1.35=p2 1.11=p3 0.92=r8g 0.91=t3 1.17=x1,x1e,x2idn,x2iedn,x8g
  us-west-2 1.1=f2,p5,x1 0.91=i8g,p4d,p4de
  ap-southeast-1 1.27=g2 1.21=g3 1.16=g4dn,g5g,inf2 1.12=inf1 1.1=m1 1.22=m3 1.66=p2 1.15=p3 0.9=p4d,p4de 0.83=t1 1.26=x1 1.2=x1e,x2iedn
    1.32=x2idn
  ca-central-1 1.13=g3 0.91=i4g,r7i
  ap-east-1 1.16=g4dn,inf1 0.92=r5d,r7gd 1.2=x1
  ap-southeast-3 1.16=g5 1.2=x2idn,x2iedn
  ap-northeast-3 0.92=i3,i3en,i4i 1.14=x1,x1e,x2idn,x2iedn
  eu-south-2 0.91=m8g 1.08=x2idn,x2iedn
  ap-southeast-7 1.09=t4g 1.25=x2idn
  af-south-1 1.07=x1,x1e,x2idn,x2iedn
  eu-north-1 1.07=x2idn,x2iedn
  eu-south-1 1.07=x2idn,x2iedn`;
